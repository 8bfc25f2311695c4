// What the browser keeps for one shop: the session's id, which of its actions were carried out, and whether the dialog is open.
// Nothing else, and no cookie. Where a page may not keep anything, all of it lasts as long as the page does.

class Memory {
  // shopper: the id of one who is logged in; each has a conversation of their own, and so has whoever is not.
  constructor(shop, shopper = "") {
    this.key = shopper ? `xiaoer:${shop}:${shopper}` : `xiaoer:${shop}`;
    this.lasting = shelf("localStorage");
    this.tab = shelf("sessionStorage");
  }

  // The session's id, empty before anything was said or done.
  get session() {
    const kept = this.lasting.getItem(this.key) ?? "";
    return /^[0-9a-f]{32}$/.test(kept) ? kept : "";
  }

  // The same, made of 128 random bits where there is none: the server has a session from the first message under its id.
  begin() {
    if (!this.session) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      this.lasting.setItem(this.key, Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
    return this.session;
  }

  forget() {
    this.lasting.removeItem(this.key);
    this.lasting.removeItem(`${this.key}:acted`);
  }

  // The last turn whose action reached the shop.
  get acted() {
    return Number(this.lasting.getItem(`${this.key}:acted`));
  }

  set acted(turn) {
    this.lasting.setItem(`${this.key}:acted`, String(turn));
  }

  get open() {
    return this.tab.getItem(`${this.key}:open`) === "1";
  }

  set open(open) {
    this.tab.setItem(`${this.key}:open`, open ? "1" : "0");
  }
}

function shelf(name) {
  try {
    const found = window[name];
    found.setItem("xiaoer", "");
    found.removeItem("xiaoer");
    return found;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return new PageShelf(); // blocked or full
  }
}

class PageShelf {
  constructor() {
    this.values = new Map();
  }

  getItem(name) {
    return this.values.get(name) ?? null;
  }

  setItem(name, value) {
    this.values.set(name, value);
  }

  removeItem(name) {
    this.values.delete(name);
  }
}
