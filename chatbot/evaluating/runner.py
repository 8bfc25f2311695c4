"""Runs scripted dialogues against a bot and keeps what every turn did. Judges nothing beyond the assertions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    """One run of one dialogue."""

    dialogue: Dialogue
    attempt: int
    turns: tuple[TurnResult, ...]

    @property
    def passed(self) -> bool:
        return not any(turn.complaints for turn in self.turns)

    def line(self) -> str:
        """What to print: the name where it passed, the conversation up to the offending turn where it did not."""
        if self.passed:
            return f"passed  {self.dialogue.name}"
        lines = [f"FAILED  {self.dialogue.name} ({self.dialogue.file}): {self.dialogue.why}"]
        for turn in self.turns:
            lines += [f"    user: {turn.user}", f"    bot:  {turn.reply.text if turn.reply else '(no reply)'}"]
            lines += [f"      ✗ {one}" for one in turn.complaints]
            if turn.complaints:
                break
        return "\n".join(lines)


def run(bot: Bot, dialogues: Sequence[Dialogue], *, repeat: int = 1, on_result: Callable[[Result], None] | None = None) -> tuple[Result, ...]:
    """Run every dialogue `repeat` times, each in a session of its own."""
    results = []
    for dialogue in dialogues:
        for attempt in range(1, repeat + 1):
            result = _run_one(bot, dialogue, attempt)
            results.append(result)
            if on_result:
                on_result(result)
    return tuple(results)


def _run_one(bot: Bot, dialogue: Dialogue, attempt: int) -> Result:
    session = new_session()
    bot.renew_orders()
    try:
        for kind, item in dialogue.events:
            bot.record(session, kind, item)
    except XiaoerError as error:
        return Result(dialogue, attempt, (TurnResult("(events)", None, (str(error),)),))
    turns = []
    before = Before()
    for step in dialogue.steps:
        try:
            reply = bot.respond(step.user, session, language=dialogue.language)  # type: ignore[arg-type]
        except XiaoerError as error:
            turns.append(TurnResult(step.user, None, (f"the turn failed: {error}",)))
            break
        complaints = []
        for one in step.assertions:
            if fault := complaint(one.name, one.value, reply, before, bot.shop.catalogue):
                complaints.append(f"{one.name}: {fault}")
        turns.append(TurnResult(step.user, reply, tuple(complaints)))
        if reply.products:
            before = Before(tuple(product.price for product in reply.products), before.ids | {product.id for product in reply.products})
    return Result(dialogue, attempt, tuple(turns))
