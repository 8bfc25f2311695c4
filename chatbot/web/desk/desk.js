// The desk: who waits, the conversation, the answer; what was learnt; pins and blocks. Every text of somebody else's is only
// ever text. Nothing is kept here: each look asks the server how things stand.

"use strict";

const TEXTS = JSON.parse(document.documentElement.dataset.texts);
const LOOK = 1000; // milliseconds between two looks
const root = document.querySelector("#desk");
const status_ = document.querySelector("#status");
let me = "";
let tab = "queue";
let chosen = "";
let drafts = new Map(); // what is being written to whom
let parts = null;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== "" && child !== null && child !== undefined));
  return made;
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? "");
}

function button(label, press, attributes = {}) {
  return element("button", { type: "button", onclick: press, ...attributes }, label);
}

class Refused extends Error {
  constructor(code) {
    super(`the server answered ${code}`);
    this.code = code;
  }
}

async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/api/desk/${path}`, { credentials: "same-origin", cache: "no-store", ...options });
  if (!response.ok) throw new Refused(response.status);
  return response.json();
}

// Does something and says so where it failed; whether it was done.
async function attempt(deed) {
  try {
    await deed();
    status_.textContent = "";
    return true;
  } catch (error) {
    if (error instanceof Refused && error.code === 401) enter();
    else if (error instanceof Refused || error instanceof TypeError) status_.textContent = TEXTS.failed;
    else throw error;
    return false;
  }
}

// ── signing in ──

function enter() {
  parts = null;
  me = "";
  const name = element("input", { id: "name", required: true, maxlength: 40, autocomplete: "nickname" });
  const password = element("input", { id: "password", type: "password", required: true, autocomplete: "current-password" });
  const sent = async (event) => {
    event.preventDefault();
    try {
      me = (await ask("login", { name: name.value, password: password.value })).name;
      status_.textContent = "";
      build();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status_.textContent = error.code === 429 ? TEXTS.tries : error.code === 401 ? TEXTS.wrong : TEXTS.failed;
    }
  };
  root.replaceChildren(
    element("form", { class: "entry", onsubmit: sent }, element("h1", {}, TEXTS.title), element("label", {}, TEXTS.name, name), element("label", {}, TEXTS.entry_word, password),
      element("button", { class: "main" }, TEXTS.sign_in)),
  );
  name.focus();
}

// ── the frame ──

function build() {
  document.title = TEXTS.title;
  const tabs = ["queue", "learning", "shelf"].map((name) => button(TEXTS[name], () => show(name), { role: "tab", id: `tab-${name}`, "aria-controls": "panel" }));
  const out = button(TEXTS.sign_out, () => attempt(async () => { await ask("logout", {}); enter(); }));
  const panel = element("section", { id: "panel", role: "tabpanel" });
  root.replaceChildren(
    element("header", {}, element("h1", {}, TEXTS.title), element("div", { role: "tablist" }, ...tabs), element("span", { class: "who" }, me), out),
    panel,
  );
  parts = { tabs, panel };
  show(tab);
}

function show(name) {
  tab = name;
  for (const one of parts.tabs) one.setAttribute("aria-selected", String(one.id === `tab-${name}`));
  if (name === "queue") showQueue();
  else attempt(name === "learning" ? showLearning : () => showShelf(""));
}

// ── conversations ──

function showQueue() {
  parts.list = element("ul", { class: "queue" });
  parts.talk = element("section", { class: "sheet" }, element("p", {}, TEXTS.choose));
  parts.shown = "";
  parts.panel.replaceChildren(element("div", { class: "columns" }, parts.list, parts.talk));
  look();
}

async function look() {
  if (tab !== "queue" || !parts) return;
  await attempt(async () => {
    const { tickets } = await ask("tickets");
    drawQueue(tickets);
    if (chosen) drawTalk(await ask(`tickets/${chosen}`));
  });
}

function drawQueue(tickets) {
  const key = JSON.stringify([chosen, tickets.map(({ waited, ...rest }) => ({ ...rest, minutes: Math.floor(waited / 60) }))]);
  if (parts.queued === key && parts.list.childElementCount) return; // the keyboard's place stays
  const focused = document.activeElement?.dataset?.ticket;
  parts.queued = key;
  const rows = tickets.map((ticket) => {
    const where = ticket.state === "open" ? filled(TEXTS.waited, { minutes: Math.floor(ticket.waited / 60) }) : ticket.staff === me ? TEXTS.mine : filled(TEXTS.with_name, { name: ticket.staff });
    const mark = element("span", { class: ticket.urgency === 3 ? "mark urgent" : "mark" }, TEXTS.urgencies[ticket.urgency] ?? "");
    const row = button(mark, () => { chosen = ticket.id; parts.shown = ""; look(); }, { "data-ticket": ticket.id, "aria-current": String(ticket.id === chosen) });
    row.append(TEXTS.reasons[ticket.reason] ?? ticket.reason, element("br"), element("small", {}, where), element("br"), ticket.last);
    return element("li", {}, row);
  });
  parts.list.replaceChildren(...(rows.length ? rows : [element("li", {}, TEXTS.empty)]));
  if (focused) parts.list.querySelector(`[data-ticket="${focused}"]`)?.focus();
}

function drawTalk({ ticket, turns, messages }) {
  const key = JSON.stringify([ticket.id, ticket.state, ticket.staff, turns.length, messages.length]);
  if (parts.shown === key) return;
  const typing = document.activeElement?.id === "answer";
  parts.shown = key;
  const lines = element("ol", { class: "talk", tabindex: "0" });
  const said = (who, text, kind) => text && lines.append(element("li", { class: kind }, element("b", {}, who), text));
  const people = (turn, until) => {
    for (const { name, text, kind } of messages.filter((one) => one.turn >= turn && one.turn < until)) {
      said(kind === "said" ? name : filled(TEXTS[kind], { name }), kind === "said" ? text : " ", "staff");
    }
  };
  turns.forEach(({ turn, message, reply, products, sources }, place) => {
    said(TEXTS.shopper, message, "shopper");
    const more = [products.length ? `${TEXTS.shown}: ${products.join(", ")}` : "", sources.length ? `${TEXTS.sources}: ${sources.join(", ")}` : ""];
    said(TEXTS.assistant, [reply, ...more].filter(Boolean).join("\n"), "bot");
    people(turn, turns[place + 1]?.turn ?? Infinity);
  });
  const facts = Object.entries(ticket.summary).flatMap(([name, value]) => [element("dt", {}, TEXTS.summary[name] ?? name), element("dd", {}, [value].flat().join(" · "))]);
  parts.talk.replaceChildren(element("dl", {}, ...facts), lines, deeds(ticket));
  lines.scrollTop = lines.scrollHeight;
  if (typing) document.querySelector("#answer")?.focus();
}

function deeds(ticket) {
  const does = (path, body = {}) => () => attempt(async () => { await ask(`tickets/${ticket.id}/${path}`, body); await look(); });
  const closing = button(TEXTS.close, does("close"));
  if (ticket.state === "closed") return element("p", {}, filled(TEXTS.closed, { name: ticket.staff }));
  if (ticket.state === "open") return element("div", { class: "row" }, button(TEXTS.take, does("take"), { class: "main", id: "take" }), closing);
  if (ticket.staff !== me) return element("div", { class: "row" }, button(TEXTS.take_over, does("take", { over: true }), { id: "take" }));
  const box = element("textarea", { id: "answer", rows: 3, maxlength: 4000, "aria-label": TEXTS.answer, placeholder: TEXTS.answer });
  box.value = drafts.get(ticket.id) ?? "";
  box.addEventListener("input", () => drafts.set(ticket.id, box.value));
  const send = async () => {
    const text = box.value.trim();
    if (!text) return;
    if (await attempt(() => ask(`tickets/${ticket.id}/messages`, { text }))) {
      drafts.delete(ticket.id);
      box.value = "";
      box.focus();
      look();
    }
  };
  box.addEventListener("keydown", (press) => {
    if (press.key !== "Enter" || press.shiftKey || press.isComposing) return;
    press.preventDefault();
    send();
  });
  const row = element("div", { class: "row" }, button(TEXTS.send, send, { class: "main", id: "send" }), button(TEXTS.hand_back, does("return"), { id: "return" }), closing);
  return element("div", {}, box, row);
}

// ── learning ──

async function showLearning() {
  const { questions, answers, changes } = await ask("learning");
  const again = (path, body = {}) => () => attempt(async () => { await ask(path, body); await showLearning(); });
  const asked = questions.map((one) => teaching({ ...one, settles: one.id, id: "" }, `${TEXTS.kinds[one.kind] ?? one.kind}`, [button(TEXTS.settle, again(`questions/${one.id}/settle`))]));
  const approved = answers.map((one) => teaching(one, signature(one), [button(TEXTS.withdraw, again(`answers/${one.id}/withdraw`))]));
  const blank = teaching({ question: "", answer: "", language: document.documentElement.lang, id: "" }, "", []);
  const told = changes.map((one) => element("li", { class: "sheet" }, element("small", {}, signature(one)), element("br"), changed(one), element("div", { class: "row" }, button(TEXTS.undo, again(`changes/${one.change}/undo`), { "data-undo": one.change }))));
  parts.panel.replaceChildren(
    element("div", { class: "page" }, element("h2", {}, TEXTS.questions), asked.length ? element("ul", { id: "questions" }, ...asked) : element("p", {}, TEXTS.nothing),
      element("h2", {}, TEXTS.approved), element("ul", { id: "answers" }, ...approved, blank), element("h2", {}, TEXTS.changes), element("ul", { id: "changes" }, ...told)),
  );
}

function teaching(one, note, others) {
  const question = element("input", { class: "wide", maxlength: 500, "aria-label": TEXTS.question, placeholder: TEXTS.question });
  question.value = one.question;
  const answer = element("textarea", { rows: 3, maxlength: 4000, "aria-label": TEXTS.answer, placeholder: TEXTS.answer });
  answer.value = one.answer;
  const language = element("select", { "aria-label": TEXTS.language }, element("option", { value: "zh" }, "中文"), element("option", { value: "en" }, "English"));
  language.value = one.language;
  const approve = () => attempt(async () => {
    await ask("answers", { question: question.value, answer: answer.value, language: language.value, id: one.id, settles: one.settles ?? null });
    await showLearning();
  });
  return element("li", { class: "sheet" }, note ? element("small", {}, note) : "", question, answer, element("div", { class: "row" }, language, button(TEXTS.approve, approve, { class: "main approve" }), ...others));
}

function signature({ author, at }) {
  return `${author} · ${new Date(at).toLocaleString(document.documentElement.lang)}`;
}

function changed({ subject, before, after }) {
  const [kind, name] = subject.split(":");
  const said = (value) => (value === null ? "–" : value.answer ? `${value.question} → ${value.answer}` : value.rule ? TEXTS[{ pin: "pin", block: "block", none: "neither" }[value.rule]] : "✓");
  return `${TEXTS.subjects[kind] ?? kind} ${kind === "item" ? name : ""}: ${said(before)} ⇒ ${said(after)}`;
}

// ── pins and blocks ──

async function showShelf(words) {
  const box = element("input", { class: "wide", type: "search", id: "search", "aria-label": TEXTS.search, placeholder: TEXTS.search });
  box.value = words;
  const list = element("ul", {});
  const drawn = async () => {
    const { items } = await ask(`items?words=${encodeURIComponent(box.value)}`);
    list.replaceChildren(...items.map(({ id, title, rule }) => {
      const choice = (name, label) => button(label, () => attempt(async () => { await ask("items", { item: id, rule: name }); await drawn(); }), { "aria-pressed": String(rule === name), class: rule === name ? "main" : "" });
      return element("li", { class: "sheet", "data-item": id }, title, " ", element("small", {}, id), element("div", { class: "row" }, choice("pin", TEXTS.pin), choice("block", TEXTS.block), choice("none", TEXTS.neither)));
    }));
  };
  box.addEventListener("input", () => attempt(drawn));
  parts.panel.replaceChildren(element("div", { class: "page" }, box, list));
  await drawn();
}

// Whoever has a cookie that holds is let in at once.
ask("tickets").then(({ name }) => { me = name; build(); }, (error) => { if (!(error instanceof Refused)) throw error; enter(); });
setInterval(look, LOOK);
