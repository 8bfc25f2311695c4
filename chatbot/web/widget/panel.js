// What is seen of the widget: the button that opens it, and the dialog with its head, the conversation and the input.
// Knows nothing of servers and sessions. `world` holds texts and language; `deeds` is told what a shopper does: sent(message),
// opened(), closed(), afresh().

const LONGEST_MESSAGE = 2000;
const FOCUSABLE = "button:not([disabled]), a[href], summary, textarea, [tabindex='0']";
const LET_GO = ["wheel", "touchmove", "pointerdown", "keydown"];

class Panel {
  constructor(root, world, mode, deeds) {
    Object.assign(this, { root, world, mode, deeds });
    const { texts } = world;
    this.title = element("h2", { id: "title", tabindex: "-1" }, texts.assistant);
    this.followed = null;
    this.build(texts);
    root.append(this.launcher, this.dialog);
  }

  build(texts) {
    this.launcher = button(element("span", {}, texts.launch), { class: "launcher", "aria-haspopup": "dialog", hidden: this.mode === "page" }, () => this.open(true));
    this.launcher.prepend(icon("chat"));
    this.list = element("ol", { class: "exchanges" });
    this.options = element("div", { class: "options", role: "group", "aria-label": texts.options, hidden: true });
    this.greeting = element("div", { class: "greeting" });
    this.log = element("div", { class: "log", role: "region", "aria-label": texts.conversation, tabindex: "0" }, this.greeting, this.list, this.options);
    for (const kind of LET_GO) this.log.addEventListener(kind, () => (this.followed = null), { passive: true });
    this.live = element("div", { class: "unseen", role: "status", "aria-live": "polite" });
    this.dialog = element("section", { class: `dialog ${this.mode}`, "aria-labelledby": "title", hidden: true }, this.head(texts), this.log, this.live, this.form(texts));
    if (this.mode === "page") return;
    this.dialog.setAttribute("role", "dialog");
    this.dialog.setAttribute("aria-modal", "true");
    this.dialog.addEventListener("keydown", (press) => this.pressed(press));
  }

  head(texts) {
    const fresh = iconButton("fresh", texts.fresh, { class: "plain" }, () => this.deeds.afresh());
    const close = iconButton("close", texts.close, { class: "plain", hidden: this.mode === "page" }, () => this.close());
    return element("header", {}, element("div", { class: "sign" }, this.title, element("p", {}, texts.tagline)), fresh, close);
  }

  form(texts) {
    this.input = element("textarea", { rows: "1", maxlength: LONGEST_MESSAGE, placeholder: texts.ask, "aria-label": texts.ask, enterkeyhint: "send", autocomplete: "off" });
    this.sender = iconButton("send", texts.send, { class: "send" }, () => this.send());
    this.input.addEventListener("input", () => this.grow());
    this.input.addEventListener("keydown", (press) => {
      if (press.key !== "Enter" || press.shiftKey || press.isComposing) return; // Enter also ends a word in Chinese input
      press.preventDefault();
      this.send();
    });
    return element("div", { class: "form" }, this.input, this.sender);
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  send() {
    const message = this.input.value.trim();
    if (!message || this.held) return;
    this.input.value = "";
    this.grow();
    this.deeds.sent(message);
  }

  // A message waits until the reply to the one before is whole.
  hold(held) {
    this.held = held;
    this.sender.setAttribute("aria-disabled", String(held));
    for (const option of this.root.querySelectorAll(".options button")) option.setAttribute("aria-disabled", String(held));
  }

  // ── open and closed ──

  // focused: a shopper opened it, so that is where the keyboard belongs; a page that only goes on leaves the focus alone.
  open(focused = false) {
    this.dialog.hidden = false;
    this.launcher.hidden = true;
    this.deeds.opened();
    this.follow();
    if (focused) (matchMedia("(pointer: coarse)").matches ? this.title : this.input).focus(); // the keyboard of a phone hides the greeting
  }

  close() {
    this.dialog.hidden = true;
    this.launcher.hidden = false;
    this.launcher.focus();
    this.deeds.closed();
  }

  get narrow() {
    return matchMedia("(max-width: 480px)").matches;
  }

  pressed(press) {
    if (press.key === "Escape" && !press.isComposing) {
      press.stopPropagation();
      this.close();
    }
    if (press.key !== "Tab") return;
    const stops = [...this.dialog.querySelectorAll(FOCUSABLE)].filter((stop) => stop.offsetParent !== null);
    const [from, to] = press.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.root.activeElement !== from && this.root.activeElement !== this.title) return;
    press.preventDefault();
    to.focus();
  }

  // ── the conversation ──

  greet(lines, examples) {
    const [first, ...others] = lines;
    this.greeting.replaceChildren(
      element("p", { class: "welcome" }, first),
      ...others.map((line) => element("p", {}, line)),
      ...examples.map((example) => this.choice(example)),
    );
  }

  choice(text) {
    return button(text, { class: "choice" }, () => {
      if (this.held) return;
      this.log.focus({ preventScroll: true }); // the button is about to go, and the keyboard must stay in the dialog
      this.deeds.sent(text);
    });
  }

  begin(exchange) {
    this.greeting.hidden = true;
    this.options.hidden = true;
    this.list.append(exchange.root);
    this.followed = exchange.root;
    this.follow();
  }

  finish(exchange, { options }) {
    this.options.replaceChildren(...options.map((option) => this.choice(option)));
    this.options.hidden = !options.length;
    this.follow();
  }

  // What a person of the shop's said, under their name, or did.
  person({ kind, name, text }) {
    const words = element("p", { class: "text" }, text);
    const shown = kind === "said" ? element("li", { class: "colleague" }, element("b", {}, name), words) : element("li", { class: "note" }, text);
    this.greeting.hidden = true;
    this.list.append(shown);
    this.followed = shown;
    this.follow();
    this.tell(kind === "said" ? `${name}: ${text}` : text);
  }

  remove(exchange) {
    if (exchange.root.contains(this.root.activeElement)) this.log.focus({ preventScroll: true });
    exchange.root.remove();
  }

  clear() {
    this.list.replaceChildren();
    this.options.replaceChildren();
    this.options.hidden = true;
    this.greeting.hidden = false;
    this.input.focus();
  }

  // The newest message stays at the top of the view while its reply grows, until the reader moves.
  follow() {
    if (this.followed?.isConnected) this.log.scrollTop = this.followed.offsetTop - 12;
  }

  tellReply({ text, products }) {
    this.tell([text, products.length ? filled(this.world.texts.found, { count: products.length }) : ""].join(" "));
  }

  tell(line) {
    this.live.textContent = line;
  }
}
