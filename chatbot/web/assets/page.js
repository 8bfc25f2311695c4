// What Gradio leaves to the page: where the conversation is scrolled to, the document's language, empty messages, clicks on
// product cards.

// The document is in the conversation's language, and so are the name of the button that sends and the sentence for a
// message that never reached the server.
function speak(sign) {
  const button = document.querySelector("#x-box .submit-button");
  if (button && button.ariaLabel !== sign.dataset.send) button.ariaLabel = sign.dataset.send;
  if (document.documentElement.lang === sign.lang) return;
  document.documentElement.lang = sign.lang;
  document.documentElement.style.setProperty("--x-trouble", JSON.stringify(sign.dataset.trouble));
}

// A person of the shop's who joins writes at any time: each message presses the hidden button that shows the conversation anew.
// Where the connection breaks, the browser asks again behind the last number; a server that refuses is asked again here.
let ear = null;
let heardSession = "";
let heard = 0;
function listen({ dataset }) {
  if (dataset.live === undefined || dataset.session !== heardSession) stopListening();
  if (dataset.live === undefined || ear) return;
  heardSession = dataset.session;
  heard = Math.max(heard, Number(dataset.live));
  ear = new EventSource(new URL(`api/sessions/${heardSession}/live?after=${heard}`, document.baseURI));
  ear.onmessage = ({ lastEventId }) => {
    heard = Number(lastEventId);
    document.querySelector("#x-live")?.click();
  };
  ear.onerror = () => {
    if (ear?.readyState !== EventSource.CLOSED) return;
    ear = null;
    setTimeout(() => document.querySelector("[data-live]") && listen(document.querySelector("[data-live]")), 1500);
  };
}

function stopListening() {
  ear?.close();
  ear = null;
}

// The newest message goes to the top of the view and stays there while its reply grows, so that the cards, which come
// first, are seen first. A reader who scrolls or clicks is left alone until the next message.
function followConversation() {
  let messages = 0;
  let followed = null;
  const letGo = () => (followed = null);
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) document.addEventListener(kind, letGo, { passive: true });
  new MutationObserver(() => {
    const scroller = document.querySelector("#x-chat .bubble-wrap");
    const sign = document.querySelector(".x-sign");
    if (sign) speak(sign);
    if (sign) listen(sign);
    if (!scroller) return;
    const rows = scroller.querySelectorAll(".user-row, .x-colleague");
    if (rows.length > messages) followed = rows[rows.length - 1];
    messages = rows.length;
    if (followed && followed.isConnected) {
      const gap = followed.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      scroller.scrollTop += gap - 20;
    }
  }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
}

// An empty message is not sent: its way to the server and back would hold up the next one.
function stopEmpty(event) {
  const box = document.querySelector("#x-box textarea");
  if (!box || box.value.trim() || !(event.target instanceof Element)) return;
  const sends = event.type === "keypress" ? event.target === box && event.key === "Enter" && !event.shiftKey : event.target.closest("#x-box .submit-button");
  if (!sends) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// A click on a card shapes what is recommended later in the same conversation.
function reportClick(event) {
  const card = event.target instanceof Element ? event.target.closest("[data-item]") : null;
  const sign = document.querySelector("[data-session]");
  if (!card || !sign || !sign.dataset.session) return;
  fetch(new URL("api/events", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ session: sign.dataset.session, type: "click", item: card.dataset.item }),
    keepalive: true,
  }).catch(() => {});
}

followConversation();
document.addEventListener("click", reportClick);
for (const kind of ["keypress", "click"]) document.addEventListener(kind, stopEmpty, { capture: true });
