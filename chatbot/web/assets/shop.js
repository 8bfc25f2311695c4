// The demo shop's cart. Products come into it from the shop's own buttons and from the widget, which says so with an event.

const KEY = "demo-shop-cart";
const cart = document.querySelector(".cart");
const language = document.documentElement.lang;
let lines = kept();

// id → {title, price, quantity}
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch (error) {
    console.warn("the cart lasts as long as the page does", error); // storage is blocked
    return {};
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(lines));
  } catch (error) {
    console.warn("the cart lasts as long as the page does", error);
  }
}

function money(amount) {
  const digits = { minimumFractionDigits: Number.isInteger(amount) ? 0 : 2, maximumFractionDigits: 2, useGrouping: language !== "zh" };
  const { currency } = cart.dataset;
  if (!/^[A-Z]{3}$/.test(currency)) return `${amount.toLocaleString(language, digits)} ${currency}`;
  return amount.toLocaleString(language, { ...digits, style: "currency", currency, currencyDisplay: "narrowSymbol" });
}

function put({ id, title, price }, quantity) {
  const line = lines[id] ?? { title, price, quantity: 0 };
  lines = { ...lines, [id]: { ...line, quantity: line.quantity + quantity } };
  keep();
  draw();
  document.querySelector("#told").textContent = `${cart.dataset.added}: ${title}`;
}

function remove(id) {
  const { [id]: _, ...others } = lines;
  lines = others;
  keep();
  draw();
  cart.querySelector("summary").focus();
}

function draw() {
  const all = Object.entries(lines);
  cart.querySelector(".count").textContent = all.reduce((count, [, line]) => count + line.quantity, 0);
  const basket = cart.querySelector(".basket");
  if (!all.length) {
    basket.replaceChildren(made("p", cart.dataset.empty));
    return;
  }
  const list = document.createElement("ul");
  for (const [id, line] of all) {
    const row = list.appendChild(document.createElement("li"));
    const button = made("button", cart.dataset.remove);
    button.type = "button";
    button.setAttribute("aria-label", `${cart.dataset.remove}: ${line.title}`);
    button.addEventListener("click", () => remove(id));
    row.append(made("span", line.title), made("span", `${line.quantity} × ${money(line.price)}`), button);
  }
  const total = all.reduce((sum, [, line]) => sum + line.quantity * line.price, 0);
  const foot = made("p", `${cart.dataset.total} `);
  foot.append(made("strong", money(total)));
  basket.replaceChildren(list, foot);
}

function made(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest(".buy") : null;
  if (button) put({ id: button.dataset.id, title: button.dataset.title, price: Number(button.dataset.price) }, 1);
  else if (target instanceof Node && !cart.contains(target)) cart.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !cart.open) return;
  cart.open = false;
  cart.querySelector("summary").focus();
});

document.addEventListener("xiaoer:cart", ({ detail }) => put(detail.product, detail.quantity));

// The widget's cards lead to the same pages as the shop's tiles, in the language of this one.
document.addEventListener("xiaoer:open", (event) => {
  event.preventDefault();
  location.assign(`/demo-shop/${encodeURIComponent(event.detail.product.id)}?lang=${language}`);
});

draw();
