// Elements made of other people's words: a text is only ever text, and an address only ever leads to http or https.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M4 5.5h16v10.5h-9.5L6 19.5V16H4z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5.5M6 11l6-6 6 6",
  fresh: "M12 5v14M5 12h14",
  up: "M7 11v9H4v-9zM7 11l4-7c1.5 0 2.5 1 2.2 2.5L12.5 10H18c1.3 0 2.2 1.2 1.9 2.4l-1.5 6.2c-.2.8-.9 1.4-1.8 1.4H7",
  down: "M17 13V4h3v9zM17 13l-4 7c-1.5 0-2.5-1-2.2-2.5l.7-3.5H6c-1.3 0-2.2-1.2-1.9-2.4l1.5-6.2C5.8 4.6 6.5 4 7.4 4H17",
};

// attributes: false and undefined are left out, true is written without a value. children: texts and elements.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== "" && child !== null));
  return made;
}

function button(label, attributes, pressed) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", pressed);
  return made;
}

function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  const path = drawn.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("d", ICONS[name]);
  return drawn;
}

function iconButton(name, label, attributes, pressed) {
  const made = button("", { ...attributes, "aria-label": label, title: label }, pressed);
  made.append(icon(name));
  return made;
}

// `value` as a whole address, empty where it is none or leads to anything but a page: javascript:, data:.
function address(value, base) {
  let found;
  try {
    found = new URL(value, base);
  } catch {
    return ""; // not an address at all; URL has no gentler way to say so in older browsers
  }
  return value && /^https?:$/.test(found.protocol) ? found.href : "";
}

// Puts values into a text such as "{count} products found."
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? "");
}

// As on a shelf label: ¥4999 in Chinese, ¥4,999 in English.
function priceText(amount, currency, language) {
  const plain = { useGrouping: language !== "zh", minimumFractionDigits: Number.isInteger(amount) ? 0 : 2, maximumFractionDigits: 2 };
  if (!/^[A-Z]{3}$/.test(currency)) return `${amount.toLocaleString(language, plain)} ${currency}`;
  return amount.toLocaleString(language, { ...plain, style: "currency", currency, currencyDisplay: "narrowSymbol" });
}
