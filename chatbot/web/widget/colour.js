// The shop's colour, and what can be read on it and beside it: at least 4.5 to 1, whatever colour it is.

const READABLE = 4.5;
const SHEET = [255, 255, 255];
const BLACK = [0, 0, 0]; // stands out from whatever white does not; a softer ink would fail on a middle grey

// Sets the style's variables from `wanted`, any colour that style sheets know. It is tried on an element under `root`.
function paint(style, wanted, root) {
  const probe = root.appendChild(element("i"));
  probe.style.color = wanted;
  const parts = probe.style.color && getComputedStyle(probe).color.match(/^rgb\((\d+), (\d+), (\d+)\)$/);
  probe.remove();
  if (!parts) {
    console.warn(`xiaoer: data-color is ${wanted}; write it as in #24523f`);
    return;
  }
  const colour = parts.slice(1).map(Number);
  style.setProperty("--accent", css(colour));
  style.setProperty("--on-accent", css(contrast(colour, SHEET) >= READABLE ? SHEET : BLACK));
  style.setProperty("--accent-text", css(darkened(colour)));
}

function darkened(colour) {
  let dark = colour;
  while (contrast(dark, SHEET) < READABLE + 0.7) dark = dark.map((part) => Math.floor(part * 0.94)); // a tinted sheet takes a little of it
  return dark;
}

function css(colour) {
  return `rgb(${colour.join(" ")})`;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
