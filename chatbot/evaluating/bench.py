"""Latency, throughput and memory on this machine, each beside the raw library's own figure in the same run.

The figures are of this process on the real models; nothing is asserted here. A second start is measured in a fresh
process, from its first instruction to the moment `/readyz` says 200.
"""

import os
import platform
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

from chatbot.bot import Bot
from chatbot.errors import XiaoerError
from chatbot.evaluating.bench_retrieval import measure_retrieval
from chatbot.evaluating.bench_understanding import measure_understanding
from chatbot.evaluating.memory import resident_mb
from chatbot.phrasing.phraser import Phraser
from chatbot.settings import PROJECT, Settings
from chatbot.weights.generator import LlamaChatModel

__all__ = ["measure"]

CONVERSATIONS = (
    ("我想买一台笔记本", "五千以内", "便宜一点的", "第二款有什么颜色", "和第一款比呢", "为什么推荐这个"),
    ("三百以内的耳机", "要黑色的", "还有别的吗", "能退货吗"),
    ("送妈妈的保温杯", "一百左右", "第一款多重", "多久能到"),
    ("any laptop under 6000?", "something cheaper", "how heavy is the second one?", "why this one?"),
    ("running shoes for rainy days", "not black", "show me others", "can I send them back?"),
    ("a desk lamp for reading", "under 200", "compare the first two", "do you issue invoices?"),
)
ROUNDS = 3
READY_WITHIN = 180
SHOPPERS = 4


def measure(settings: Settings, items: int, tell: Callable[[str], object]) -> dict[str, Any]:
    """Measure, tell each line as it is known, and return the figures as JSON values. items: also search catalogues of up to so many made-up vectors."""
    figures: dict[str, Any] = {"machine": {"processor": platform.machine(), "cores": settings.thread_count, "python": platform.python_version()}}
    tell(f"{settings.thread_count} cores, Python {platform.python_version()}")
    bot = Bot.load(settings)
    bot.phraser.warm()
    figures["turns"] = _turns(bot, tell)
    figures["encoder"] = _encoder(bot, tell)
    figures["chroma"] = _chroma(bot, tell)
    figures["generator"] = _generator(bot, tell)
    figures["shoppers"] = _shoppers(bot, tell)
    if items:
        figures["retrieval"] = measure_retrieval(bot, items, [message for conversation in CONVERSATIONS for message in conversation], tell)
    figures["start"] = _second_start(settings, tell)
    figures["understanding"] = measure_understanding(settings, tell)
    return figures


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1) if values else 0.0


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": _median(ordered), "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1) if ordered else 0.0}


def _turns(bot: Bot, tell: Callable[[str], object]) -> dict[str, Any]:
    """Whole turns, one shopper at a time."""
    replies = []
    for _ in range(ROUNDS):
        _forget(bot)
        for conversation in CONVERSATIONS:
            session: str | None = None
            for message in conversation:
                reply = bot.respond(message, session)
                session = reply.session
                replies.append(reply)
    figures: dict[str, Any] = {
        "all": {
            name: _spread([reply.timing_ms[name] for reply in replies if name in reply.timing_ms])
            for name in ("understand", "products", "first_token", "total")
        },
        "phrased_by_model": {
            "share": round(sum(reply.phrased_by == "model" for reply in replies) / len(replies), 3),
            **{
                name: _spread([reply.timing_ms[name] for reply in replies if reply.phrased_by == "model"])
                for name in ("products", "first_token", "first_phrased", "total")
            },
        },
        "ungrounded": sum(not reply.grounded for reply in replies),
    }
    for kind in ("all", "phrased_by_model"):
        part = figures[kind]
        tell(
            f"turns ({kind}): products {part['products']['p50']} ms, first word {part['first_token']['p50']} ms, whole reply {part['total']['p50']} ms (medians)"
            + (f"; the model's own first words {part['first_phrased']['p50']} ms" if "first_phrased" in part else "")
        )
    return figures


def _forget(bot: Bot) -> None:
    """Equal plans are kept: without this, later rounds would measure those."""
    if isinstance(bot.phraser, Phraser):
        bot.phraser.forget()


def _encoder(bot: Bot, tell: Callable[[str], object]) -> dict[str, float]:
    texts = [message for conversation in CONVERSATIONS for message in conversation]
    alone, understood = [], []
    for text in texts * ROUNDS:
        started = time.perf_counter()
        bot.encoder.queries([text])
        alone.append((time.perf_counter() - started) * 1000)
    for place, text in enumerate(texts * ROUNDS):
        fresh = f"{text} {place}"  # an unseen text, so that no cache answers
        started = time.perf_counter()
        bot.understander.understand(fresh)
        understood.append((time.perf_counter() - started) * 1000)
    figures = {"encoder_alone_ms": _median(alone), "understand_ms": _median(understood)}
    tell(f"understanding a message {figures['understand_ms']} ms; the encoder alone {figures['encoder_alone_ms']} ms")
    return figures


def _chroma(bot: Bot, tell: Callable[[str], object]) -> dict[str, float]:
    vectors = bot.encoder.queries([message for conversation in CONVERSATIONS for message in conversation])
    times = []
    for vector in vectors:
        started = time.perf_counter()
        bot.index.collection.query(query_embeddings=[vector.tolist()], n_results=20, include=["distances"])
        times.append((time.perf_counter() - started) * 1000)
    figures = {"query_ms": _median(times), "items": float(len(bot.shop.catalogue))}
    tell(f"Chroma alone, 20 of {len(bot.shop.catalogue)} items: {figures['query_ms']} ms")
    return figures


def _generator(bot: Bot, tell: Callable[[str], object]) -> dict[str, float]:
    """llama.cpp's own decoding speed beside what a reader of our stream gets."""
    if not isinstance(bot.model, LlamaChatModel):
        tell("the language model is not llama.cpp's; its own speed is not measured")
        return {}
    prompt = "A shop assistant describes a kettle in many words."
    own, ours = [], []
    for _ in range(ROUNDS):
        pieces, first = 0, 0.0
        timings: dict[str, Any] = {}
        for piece, found in bot.model.complete(prompt, max_tokens=96):
            if piece:
                first = first or time.perf_counter()
                pieces += 1
            timings = dict(found) or timings
        ours.append((pieces - 1) / max(time.perf_counter() - first, 1e-9))
        own.append(float(timings.get("predicted_per_second", 0.0)))
    figures = {"llama_cpp_tokens_per_second": _median(own), "streamed_tokens_per_second": _median(ours)}
    tell(f"decoding {figures['streamed_tokens_per_second']} tokens/s as streamed; llama.cpp's own figure {figures['llama_cpp_tokens_per_second']}")
    return figures


def _shoppers(bot: Bot, tell: Callable[[str], object]) -> dict[str, Any]:
    """Several shoppers at the same moment, each with a need of their own."""
    messages = [conversation[0] for conversation in CONVERSATIONS[:SHOPPERS]]
    first, total = [], []
    for _ in range(ROUNDS):
        _forget(bot)
        replies: list[Any] = []

        def say(text: str, replies: list[Any] = replies) -> None:
            replies.append(bot.respond(text))

        threads = [threading.Thread(target=say, args=(message,)) for message in messages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first += [reply.timing_ms["first_token"] for reply in replies]
        total += [reply.timing_ms["total"] for reply in replies]
    figures: dict[str, Any] = {"count": SHOPPERS, "first_token": _spread(first), "total": _spread(total)}
    tell(f"{SHOPPERS} shoppers at once: first word {figures['first_token']['p50']} ms, whole reply {figures['total']['p50']} ms (medians)")
    return figures


def _second_start(settings: Settings, tell: Callable[[str], object]) -> dict[str, float]:
    """A fresh process over the same cache: seconds until the page is there and until it can answer, and its memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "XIAOER_CACHE": str(settings.cache),
        "XIAOER_SHOP": str(settings.shop), "XIAOER_DATABASE": "sqlite://", "XIAOER_GENERATOR": settings.generator, "XIAOER_ENCODER": settings.encoder,
    }  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = _wait_for(f"http://127.0.0.1:{port}/healthz", started, process)
        ready = _wait_for(f"http://127.0.0.1:{port}/readyz", started, process)
        _say(f"http://127.0.0.1:{port}/api/chat")
        memory = resident_mb(process.pid)
    finally:
        process.terminate()
        process.wait(20)
    figures = {"page_seconds": page, "ready_seconds": ready, "memory_mb": memory}
    tell(f"second start: page after {page} s, ready after {ready} s; {memory} MB of memory after a reply")
    return figures


def _wait_for(url: str, started: float, process: "subprocess.Popen[bytes]") -> float:
    while time.perf_counter() - started < READY_WITHIN:
        if process.poll() is not None:
            raise XiaoerError("app.py ended while it was starting", fix="start it by hand to see why")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own server on loopback
                if answer.status == 200:
                    return round(time.perf_counter() - started, 2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise XiaoerError(f"app.py was not ready within {READY_WITHIN} s", fix="start it by hand to see why")


def _say(url: str) -> None:
    body = '{"message": "我想买一台笔记本"}'.encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=60) as answer:  # noqa: S310
        answer.read()
