"""Runs scripted dialogues against a bot, several at a time, and keeps what every turn did. Judges nothing beyond the assertions.

Dialogues that run at the same time share models and nothing else: every worker has a store and demo orders of its own.
"""

import queue
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event

from chatbot.bot import Bot
from chatbot.errors import XiaoerError
from chatbot.evaluating.assertions import Before, complaint
from chatbot.evaluating.dialogues import Dialogue
from chatbot.store import new_session
from chatbot.values import Reply

__all__ = ["Result", "TurnResult", "run"]


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One step: what was said, the reply (None where the turn failed), and each assertion that does not hold."""

    user: str
    reply: Reply | None
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one dialogue. attempt: 1 for the first of `repeat` runs."""

    dialogue: Dialogue
    attempt: int
    turns: tuple[TurnResult, ...]

    @property
    def passed(self) -> bool:
        return not any(turn.complaints for turn in self.turns)

    @property
    def milliseconds(self) -> float:
        """How long the bot took over all turns."""
        return sum(turn.reply.timing_ms.get("total", 0.0) for turn in self.turns if turn.reply)

    @property
    def complaint(self) -> str:
        """The first assertion that does not hold; empty where all do."""
        return next((one for turn in self.turns for one in turn.complaints), "")

    def line(self) -> str:
        """What to print: the name where it passed, the conversation up to the offending turn where it did not."""
        if self.passed:
            return f"passed  {self.dialogue.name}"
        lines = [f"FAILED  {self.dialogue.name} ({self.dialogue.file}): {self.dialogue.why}"]
        for place, turn in enumerate(self.turns, 1):
            lines += [f"  {place:>2} user: {turn.user}", f"     bot:  {turn.reply.text if turn.reply else '(no reply)'}"]
            if turn.reply and turn.reply.products:
                lines.append("           " + ", ".join(f"{one.id} {one.price:g}" for one in turn.reply.products))
            lines += [f"     ✗ {one}" for one in turn.complaints]
            if turn.complaints:
                break
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Job:
    dialogue: Dialogue
    attempt: int
    session: str


def run(
    bot: Bot,
    dialogues: Sequence[Dialogue],
    *,
    repeat: int = 1,
    workers: int = 1,
    seed: int | None = None,
    fail_fast: bool = False,
    on_result: Callable[[Result], None] | None = None,
) -> tuple[Result, ...]:
    """Run every dialogue `repeat` times, each in a session of its own; the results come in the order of `dialogues`.

    seed: run them in an order drawn by it, with session ids drawn by it, so that a dialogue which leans on another shows
    itself, and does so again. fail_fast: begin none after one has failed; what was not run is not among the results.
    """
    draw = random.Random(seed)
    jobs = [
        _Job(dialogue, attempt, new_session() if seed is None else f"{draw.getrandbits(128):032x}")
        for dialogue in dialogues
        for attempt in range(1, repeat + 1)
    ]
    order = list(range(len(jobs)))
    if seed is not None:
        draw.shuffle(order)
    stop = Event()
    found: dict[int, Result] = {}
    with _Workers(bot, min(workers, max(1, len(jobs)))) as pool:
        running = {place: pool.submit(partial(_run_unless, stop, jobs[place], fail_fast)) for place in order}
        for place in range(len(jobs)):  # each is told as soon as all before it are
            result = running[place].result()
            if result is not None:
                found[place] = result
                if on_result:
                    on_result(result)
    return tuple(found[place] for place in sorted(found))


class _Workers:
    """Threads that run jobs, each with a bot apart from the others'."""

    def __init__(self, bot: Bot, count: int) -> None:
        self._bots: queue.SimpleQueue[Bot] = queue.SimpleQueue()
        self._others = [bot.apart() for _ in range(count - 1)]
        for one in (bot, *self._others):
            self._bots.put(one)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="dialogue")

    def __enter__(self) -> "_Workers":
        return self

    def submit(self, job: Callable[[Bot], Result | None]) -> "Future[Result | None]":
        def with_a_bot() -> Result | None:
            bot = self._bots.get()
            try:
                return job(bot)
            finally:
                self._bots.put(bot)

        return self._pool.submit(with_a_bot)

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        for one in self._others:
            one.store.close()


def _run_unless(stop: Event, job: _Job, fail_fast: bool, bot: Bot) -> Result | None:
    """The result, or None where one has failed before and that is enough."""
    if stop.is_set():
        return None
    result = _run_one(bot, job)
    if fail_fast and not result.passed:
        stop.set()
    return result


def _run_one(bot: Bot, job: _Job) -> Result:
    dialogue = job.dialogue
    bot.renew_orders()
    try:
        for kind, item in dialogue.events:
            bot.record(job.session, kind, item)
    except XiaoerError as error:
        return Result(dialogue, job.attempt, (TurnResult("(events)", None, (str(error),)),))
    return Result(dialogue, job.attempt, tuple(_turns(bot, dialogue, job.session)))


def _turns(bot: Bot, dialogue: Dialogue, session: str) -> Iterator[TurnResult]:
    """The turns one by one; one that fails is the last."""
    before = Before()
    for step in dialogue.steps:
        try:
            reply = bot.respond(step.user, session, language=dialogue.language)
        except XiaoerError as error:
            yield TurnResult(step.user, None, (f"the turn failed: {error}",))
            return
        faults = [(one.name, complaint(one.name, one.value, reply, before, bot.shop.catalogue)) for one in step.assertions]
        yield TurnResult(step.user, reply, tuple(f"{name}: {fault}" for name, fault in faults if fault))
        if reply.products:
            before = Before(tuple(product.price for product in reply.products), before.ids | {product.id for product in reply.products})
