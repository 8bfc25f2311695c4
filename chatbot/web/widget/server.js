// The HTTP API, in the words of its contract.

const SILENCE = 30_000; // milliseconds without an event after which a stream counts as dropped

// The server answered, and the answer is no.
class Refused extends Error {
  constructor(status) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

// The connection went before the reply was whole. reached: the server had begun to answer, so it will finish the turn.
class Dropped extends Error {
  constructor(reached) {
    super("the connection was lost");
    this.reached = reached;
  }
}

class Server {
  constructor(base) {
    this.base = base;
  }

  // One turn, event by event. Throws Refused and Dropped.
  async *chat(body) {
    const watch = new AbortController();
    this.cut = () => watch.abort();
    let timer = setTimeout(this.cut, SILENCE);
    let reached = false;
    this.heard = Date.now();
    try {
      const response = await this.post("api/chat", body, { signal: watch.signal });
      reached = true;
      for await (const event of eventsOf(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(this.cut, SILENCE);
        this.heard = Date.now();
        if (event.name === "error") throw new Refused(500);
        yield event;
        if (event.name === "done") return;
      }
      throw new Dropped(true);
    } catch (error) {
      throw lost(error) ? new Dropped(reached) : error;
    } finally {
      clearTimeout(timer);
      watch.abort();
    }
  }

  // A stream that said nothing while the machine slept is dead, though nobody has told it.
  wake() {
    if (this.cut && Date.now() - this.heard > 10_000) this.cut();
  }

  // The turns of a session and what persons said in it, nothing where it has not begun.
  async past(session) {
    const response = await fetch(this.url(`api/sessions/${session}`), { credentials: "omit", cache: "no-store" });
    if (response.status === 404) return { turns: [], messages: [], ticket: null };
    if (!response.ok) throw new Refused(response.status);
    return response.json();
  }

  // What persons say behind the message of number `after`, as it comes.
  live(session, after) {
    return new EventSource(this.url(`api/sessions/${session}/live?after=${after}`));
  }

  async shop(language) {
    const response = await fetch(this.url(`api/shop?language=${language}`), { credentials: "omit" });
    if (!response.ok) throw new Refused(response.status);
    return response.json();
  }

  // Outlives the page, for a click may lead to the next one.
  async post(path, body, options = { keepalive: true }) {
    const response = await fetch(this.url(path), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      body: JSON.stringify(body),
      ...options,
    });
    if (!response.ok) throw new Refused(response.status);
    return response;
  }

  url(path) {
    return new URL(path, this.base).href;
  }
}

// Whether an error is the network's: fetch says so with a TypeError, a stream that was cut with an AbortError.
function lost(error) {
  return error instanceof TypeError || (error instanceof DOMException && ["AbortError", "NetworkError"].includes(error.name));
}

async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
      yield { name: fields.event, data: JSON.parse(fields.data) };
    }
  }
}
