// The course of a conversation: a message goes out, its reply comes in, once, whatever happens to the connection in between.
// Knows the server and the memory; the panel shows what it is given.

const START_AGAIN = 3_000; // milliseconds between two questions whether a server that is starting is ready
const START_PATIENCE = 200; // so many times
const FETCH_AFTER = [500, 1_000, 2_000, 3_000, 4_000, 5_000]; // milliseconds before each look for a reply that was not seen
const LISTEN_AGAIN = 1_500; // milliseconds before a server that refused is asked again for what persons say
const FETCH_MORE = Array(8).fill(6_000); // and so on where the server is known to be at it

class Conversation {
  constructor({ server, memory, panel, world, known, productOfPage }) {
    Object.assign(this, { server, memory, panel, world, known, productOfPage });
    this.seen = new Set(); // numbers of the turns that are shown
    this.heard = 0; // number of the last message of a person's that is shown
    this.failed = null; // the exchange whose message may have been lost
    this.busy = false;
    this.reading = Promise.resolve(); // what is being read of the past; a message waits for it
    this.toldItem = "";
  }

  async send(message) {
    if (this.busy) return;
    this.hold(true);
    await this.reading;
    if (this.failed) this.panel.remove(this.failed);
    this.failed = null;
    const exchange = new Exchange(message, this.world);
    exchange.wait();
    this.panel.begin(exchange);
    try {
      await this.ask(exchange);
    } catch (error) {
      if (error instanceof Refused) this.giveUp(exchange, error.status === 429 ? this.world.texts.busy : this.world.texts.unsent);
      else if (error instanceof Dropped) await this.fetch(exchange, error.reached);
      else throw error;
    } finally {
      this.hold(false);
    }
  }

  hold(busy) {
    this.busy = busy;
    this.panel.hold(busy);
  }

  async ask(exchange) {
    const item = this.productOfPage();
    const body = { session: this.memory.begin(), message: exchange.message, ...this.known };
    if (item && item !== this.toldItem) body.item = item; // once: after that the shopper may talk of other products
    if (!/\p{L}/u.test(exchange.message)) body.language = this.world.language; // "2000-3000" is in no language of its own
    for await (const { name, data } of this.answered(body, exchange)) {
      if (name === "products") exchange.show(data);
      else if (name === "text") exchange.add(data);
      else if (name === "done") this.done(exchange, data);
      this.panel.follow();
    }
    this.toldItem = item;
  }

  // The events of the turn, from a server that may still be starting.
  async *answered(body, exchange) {
    for (let tries = 1; ; tries++) {
      try {
        yield* this.server.chat(body);
        return;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 503 || tries === START_PATIENCE) throw error;
        exchange.wait(this.world.texts.waits);
        await pause(START_AGAIN);
      }
    }
  }

  done(exchange, reply) {
    this.seen.add(reply.turn);
    exchange.settle(reply);
    this.panel.finish(exchange, reply);
    this.panel.tellReply(reply);
    this.act(reply);
    if (reply.action?.ticket) this.listen();
  }

  // The connection went; the server finishes a turn all the same, so the reply is among those of the session.
  async fetch(exchange, reached) {
    exchange.wait(this.world.texts.lost);
    for (const milliseconds of reached ? [...FETCH_AFTER, ...FETCH_MORE] : FETCH_AFTER) {
      await pause(milliseconds);
      if (await this.found(exchange)) return;
    }
    this.giveUp(exchange, this.world.texts.unsent);
  }

  async found(exchange) {
    const past = await this.unseen();
    if (!past.turns.length) return false;
    this.panel.remove(exchange);
    this.add(past);
    this.panel.tellReply(past.turns.at(-1).reply);
    return true;
  }

  // What of the session is not shown yet, nothing where the server cannot be reached or is starting.
  async unseen() {
    if (!this.memory.session) return { turns: [], messages: [] };
    try {
      const { turns, messages, ticket } = await this.server.past(this.memory.session);
      return { turns: turns.filter(({ turn }) => !this.seen.has(turn)), messages: messages.filter(({ number }) => number > this.heard), ticket };
    } catch (error) {
      if (!lost(error) && !(error instanceof Refused)) throw error;
      console.warn("xiaoer: the conversation cannot be read", error);
      return { turns: [], messages: [] };
    }
  }

  // What was said on other pages, in other tabs, or while this one slept.
  catchUp() {
    if (!this.busy) this.reading = this.read();
    return this.reading;
  }

  async read() {
    const { session } = this.memory;
    const past = await this.unseen();
    if (session !== this.memory.session) return;
    if (past.ticket) this.listen();
    if (!past.turns.length && !past.messages.length) return;
    if (this.failed) this.panel.remove(this.failed);
    this.failed = null;
    this.add(past);
  }

  add({ turns, messages }) {
    for (const { turn, message, reply, like } of turns) {
      for (const earlier of messages) if (earlier.turn < turn) this.hear(earlier);
      if (this.seen.has(turn)) continue; // read twice at a time
      this.seen.add(turn);
      const exchange = new Exchange(message, this.world);
      exchange.settle(reply, like);
      this.panel.begin(exchange);
      this.panel.finish(exchange, reply);
      this.act(reply);
    }
    for (const message of messages) this.hear(message);
  }

  // ── a person of the shop's ──

  // From when one is asked for until the conversation is handed back. Where the connection breaks, the browser asks again behind
  // the last number; a server that refuses, because it is starting, is asked again here.
  listen() {
    if (this.ear) return;
    const ear = (this.ear = this.server.live(this.memory.session, this.heard));
    ear.onmessage = ({ data }) => this.hear(JSON.parse(data));
    ear.onerror = () => {
      if (ear.readyState !== EventSource.CLOSED || this.ear !== ear) return;
      this.ear = null;
      setTimeout(() => this.catchUp(), LISTEN_AGAIN);
    };
  }

  hear(message) {
    if (message.number <= this.heard) return;
    this.heard = message.number;
    this.panel.person(message);
    if (["returned", "closed"].includes(message.kind)) this.deafen();
  }

  deafen() {
    this.ear?.close();
    this.ear = null;
  }

  // What a reply does beside being said, once on whatever page it is first seen.
  act({ turn, action, products }) {
    if (turn <= this.memory.acted) return;
    this.memory.acted = turn;
    const product = action?.name === "add_to_cart" && products.find(({ id }) => id === action.item);
    if (product) announce("cart", { product, quantity: action.quantity ?? 1 });
  }

  giveUp(exchange, line) {
    this.failed = exchange;
    exchange.fail(line, () => this.send(exchange.message));
    this.panel.tell(line);
  }

  startAfresh() {
    if (this.busy) return;
    this.memory.forget();
    this.deafen();
    this.heard = 0;
    this.seen.clear();
    this.failed = null;
    this.toldItem = "";
    this.panel.clear();
  }
}
