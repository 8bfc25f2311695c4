// The element, and its place on the page that names the script.

const STARTED_BY = document.currentScript;
const LOOK_AGAIN = 3_000; // milliseconds between two questions for the shop's name while the server starts
const LOOKS = 200; // so many times
const CORNERS = ["bottom-right", "bottom-left", "top-right", "top-left"];

class XiaoerChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return; // moved about on its page
    const root = this.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet(); // needs no leave of the page's own policy
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    this.settings(this.dataset, root);
    document.addEventListener("visibilitychange", () => this.wake());
    addEventListener("online", () => this.wake());
  }

  settings({ shop = "", server = STARTED_BY?.src, language, color, corner, mode, item, shopper = "" }, root) {
    const spoken = languageOf(language);
    this.lang = spoken;
    if (color) paint(this.style, color, root);
    this.classList.add(CORNERS.includes(corner) ? corner : CORNERS[0]);
    this.server = new Server(new URL(".", server));
    this.known = shopper ? { shopper } : {};
    this.memory = new Memory(shop, shopper.slice(0, shopper.lastIndexOf(".")));
    this.world = { texts: TEXTS[spoken], language: spoken, base: this.server.base, ...this.deals() };
    this.panel = new Panel(root, this.world, mode === "page" ? "page" : "bubble", {
      sent: (message) => this.conversation.send(message),
      afresh: () => this.conversation.startAfresh(),
      opened: () => this.opened(),
      closed: () => (this.memory.open = false),
    });
    const { server: api, memory, panel, world } = this;
    this.conversation = new Conversation({ server: api, memory, panel, world, known: this.known, productOfPage: () => productOfPage(item) });
    if (mode === "page" || this.memory.open) this.panel.open();
  }

  // What a shopper does with a product or a reply.
  deals() {
    const told = (type, product) => this.told("api/events", { session: this.memory.begin(), type, item: product.id, ...this.known });
    return {
      opened: (product, click) => {
        told("click", product);
        if (this.panel.narrow) this.memory.open = false; // the next page would be hidden
        const inPlace = !click.ctrlKey && !click.metaKey && !click.shiftKey;
        if (inPlace && !announce("open", { product })) click.preventDefault();
      },
      carted: (product) => {
        told("cart", product);
        announce("cart", { product, quantity: 1 });
      },
      judged: (product, type) => told(type, product),
      rated: (turn, like) => this.told("api/feedback", { session: this.memory.session, turn, like }),
    };
  }

  // Whether the server took it.
  async told(path, body) {
    try {
      await this.server.post(path, body);
      return true;
    } catch (error) {
      if (!lost(error) && !(error instanceof Refused)) throw error;
      console.warn(`xiaoer: ${path} failed`, error);
      return false;
    }
  }

  opened() {
    this.memory.open = true;
    if (!this.welcomed) this.welcome();
    this.conversation.catchUp();
  }

  // Greets, and asks for the shop's name and questions, which a server that starts does not have yet.
  async welcome() {
    this.welcomed = true;
    const { texts, language } = this.world;
    this.panel.greet([texts.welcome, texts.invitation], []);
    for (let left = LOOKS; left > 0; left--) {
      try {
        const { name, examples } = await this.server.shop(language);
        this.panel.title.textContent = name;
        this.panel.greet([texts.welcome, texts.invitation], examples);
        return;
      } catch (error) {
        if (!lost(error) && !(error instanceof Refused)) throw error;
        if (error.status !== 503) return; // it can be talked to without them, or not at all
        this.panel.greet([texts.welcome, texts.waits], []);
        await pause(LOOK_AGAIN);
      }
    }
  }

  wake() {
    if (document.hidden || this.panel.dialog.hidden) return;
    this.server.wake();
    this.conversation.catchUp();
  }
}

function start() {
  if (document.querySelector("xiaoer-chat")) return; // the page has given it a place of its own
  const chat = document.createElement("xiaoer-chat");
  Object.assign(chat.dataset, STARTED_BY.dataset);
  document.body.append(chat);
}

if (!customElements.get("xiaoer-chat")) {
  customElements.define("xiaoer-chat", XiaoerChat);
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
}
