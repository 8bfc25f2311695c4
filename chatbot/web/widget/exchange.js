// One message and its reply, as they stand in the conversation and grow there.

class Exchange {
  constructor(message, world) {
    this.world = world;
    this.message = message;
    this.text = element("p", { class: "text" });
    this.reply = element("div", { class: "reply" }, this.text);
    this.root = element("li", { class: "exchange" }, element("p", { class: "said" }, element("span", { class: "unseen" }, `${world.texts.said} `), message), this.reply);
  }

  // Nothing of the reply is there yet. line: why it takes long.
  wait(line = "") {
    const dots = element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
    this.reply.replaceChildren(this.text);
    this.text.replaceChildren(dots, line);
    this.waiting = true;
  }

  show(products, taken) {
    this.list?.remove();
    this.list = products.length ? cardList(products, this.world, taken) : null;
    if (this.list) this.reply.prepend(this.list);
  }

  add(piece) {
    if (this.waiting) this.text.replaceChildren();
    this.waiting = false;
    this.text.append(piece);
  }

  // The whole reply, in the place of what had come of it. liked: what the shopper thought of it before.
  settle(reply, liked = null) {
    const { texts, rated } = this.world;
    this.world = { ...this.world, language: reply.language };
    this.waiting = false;
    this.reply.lang = reply.language;
    this.text.textContent = reply.text;
    const taken = reply.action?.name === "add_to_cart" ? reply.action.item : undefined;
    if (!this.list || taken) this.show(reply.products, taken);
    const verdict = verdictPair([texts.helpful, texts.unhelpful], (good) => rated(reply.turn, good), liked);
    const judged = reply.action?.name === "ticket" ? [] : [element("div", { class: "verdict" }, ...verdict)]; // that went to a person
    this.reply.append(...this.notes(reply), ...reply.sources.map((source) => this.source(source)), ...judged);
  }

  notes({ action, products }) {
    const { texts } = this.world;
    if (action?.name === "add_to_cart") {
      const product = products.find(({ id }) => id === action.item);
      return product ? [element("p", { class: "note" }, filled(texts.basket, product))] : [];
    }
    if (action?.name === "ticket") return [element("p", { class: "passed" }, texts.passed)];
    if (action?.name !== "handoff" || action.offered) return [];
    const line = handover(action, texts);
    return line ? [element("p", { class: "note" }, line)] : [];
  }

  source({ title, quote }) {
    const summary = element("summary", {}, element("span", {}, this.world.texts.source), title);
    return element("details", { class: "source" }, summary, element("blockquote", {}, quote ?? ""));
  }

  // The reply did not come. again: sends the message once more.
  fail(line, again) {
    this.waiting = false;
    this.text.textContent = line;
    this.reply.replaceChildren(this.text, button(this.world.texts.again, { class: "again" }, again));
  }
}

// What became of the wish for a person: one is fetched, the wish is kept until they are back, or how the shop is reached.
function handover({ contact, opens, wait_minutes: minutes, ahead }, texts) {
  if (contact) {
    const ways = [contact.phone, contact.email, contact.hours].filter(Boolean);
    return ways.length ? filled(texts.reached_at, { ways: ways.join(" · ") }) : "";
  }
  if (opens) return texts.kept_for;
  return filled(texts.handed_over, { wait: (ahead ? filled(texts.ahead_of_you, { ahead }) : "") + (minutes ? filled(texts.minutes, { minutes }) : "") });
}
