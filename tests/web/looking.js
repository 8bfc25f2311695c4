// What a checker of accessibility looks for in the page and in open shadow roots: (root) => list of findings. Names, roles,
// ids, contrast of texts, sizes of targets. Written for these tests, because axe-core is not on the machine.
() => {
  const findings = [];
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
  const say = (node, what) => findings.push(`${what}: ${node.outerHTML.slice(0, 120)}`);
  const parent = (node) => node.parentElement ?? node.getRootNode().host ?? null;

  function* all(root) {
    for (const node of root.querySelectorAll("*")) {
      yield node;
      if (node.shadowRoot) yield* all(node.shadowRoot);
    }
  }

  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const over = (top, under) => top.slice(0, 3).map((part, place) => part * (top[3] ?? 1) + under[place] * (1 - (top[3] ?? 1)));
  function ground(node) {
    if (!node) return [255, 255, 255];
    const colour = numbers(getComputedStyle(node).backgroundColor);
    return (colour[3] ?? 1) === 1 ? colour.slice(0, 3) : over(colour, ground(parent(node)));
  }
  const light = (colour) => {
    const [red, green, blue] = colour.map((part) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  function contrast(node) {
    const under = ground(node);
    const [low, high] = [light(over(numbers(getComputedStyle(node).color), under)), light(under)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  }

  const name = (node) => {
    const label = node.getAttribute("aria-labelledby");
    if (label) return label.split(" ").map((id) => node.getRootNode().getElementById(id)?.textContent ?? "").join(" ").trim();
    return (node.getAttribute("aria-label") ?? node.textContent ?? "").trim();
  };
  const roles = ["button", "dialog", "group", "region", "status", "log", "navigation", "list"];

  const ids = new Map();
  for (const node of all(document)) {
    if (node.id) {
      const key = node.getRootNode();
      if (ids.get(key)?.has(node.id)) say(node, "the id is there twice");
      ids.set(key, (ids.get(key) ?? new Set()).add(node.id));
    }
    const role = node.getAttribute("role");
    if (role && !roles.includes(role)) say(node, `no role known here, ${role}`);
    for (const { name: attribute } of node.attributes) {
      if (attribute === "aria-labelledby" && !name(node)) say(node, "labelled by nothing");
    }
    if (!seen(node)) continue;
    if (node.matches("a[href], button, textarea, input, summary, [role=dialog], [role=region], [role=group], nav, section") && !name(node)) say(node, "it has no name");
    if (node.matches("img") && !node.hasAttribute("alt")) say(node, "no alt");
    if (node.matches("button, textarea, summary")) {
      const box = node.getBoundingClientRect();
      if (box.width < 24 || box.height < 24) say(node, `too small to hit, ${box.width} × ${box.height}`);
    }
    if (node.matches("[aria-hidden=true]") && node.querySelector("a, button, textarea")) say(node, "hidden, yet in reach of the keyboard");
    if (node.matches("ol, ul") && [...node.children].some((child) => child.tagName !== "LI")) say(node, "a list of something else");
    const own = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    const off = node.closest(":disabled, [aria-disabled=true]");
    if (own && !off && !node.matches("script, style, title") && contrast(node) < 4.5) say(node, `contrast ${contrast(node).toFixed(2)}`);
    if (node.matches("svg") && !off && contrast(node) < 3) say(node, `contrast of an icon ${contrast(node).toFixed(2)}`);
  }
  if (!document.documentElement.lang) findings.push("the document has no language");
  if (!document.title) findings.push("the document has no title");
  return findings;
}
