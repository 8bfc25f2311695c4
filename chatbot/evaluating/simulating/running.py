"""Simulated shoppers sent to a bot, each in a session of its own, several at once; what each conversation came to.

Knows no wording and draws no conclusions beyond one conversation; `figures` counts.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from chatbot.bot import Bot
from chatbot.errors import XiaoerError
from chatbot.evaluating.simulating.goals import Goal, GoalMaker
from chatbot.evaluating.simulating.judging import Verdict, judged
from chatbot.evaluating.simulating.shopper import RuleShopper, Said, Seen, Shopper
from chatbot.store import new_session
from chatbot.values import Reply

__all__ = ["Exchange", "MakeShopper", "Visit", "rule_shoppers", "simulate"]

MakeShopper = Callable[[Goal], Shopper]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message, its reply (None where the turn failed, with the error), and what was wrong with it."""

    said: Said
    reply: Reply | None
    verdict: Verdict = field(default_factory=Verdict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One shopper's conversation. won: the turn in which the last need was met and taken, 0 where it was not.

    found: the turn in which something that fits was first shown; hit: the hidden target itself; 0 where never.
    """

    goal: Goal
    exchanges: tuple[Exchange, ...] = field(repr=False)
    won: int = 0
    found: int = 0
    hit: int = 0

    @property
    def crashed(self) -> bool:
        return any(one.error for one in self.exchanges)


def rule_shoppers(bot: Bot, seed: int) -> MakeShopper:
    """Shoppers that talk by rule."""
    return lambda goal: RuleShopper(goal, bot.shop.catalogue, bot.shop.currency, seed)


def simulate(
    bot: Bot,
    count: int,
    *,
    seed: int = 1,
    turns: int = 6,
    workers: int = 2,
    shoppers: MakeShopper | None = None,
    on_visit: Callable[[Visit], None] | None = None,
) -> tuple[Visit, ...]:
    """`count` visits, in the order of their numbers whatever the number of workers. turns: messages of a shopper at most."""
    maker, make = GoalMaker(bot.shop), shoppers or rule_shoppers(bot, seed)
    goals = [maker.make(number, seed) for number in range(1, count + 1)]
    return tuple(_told(_visits(partial(_visit, bot, make, turns), goals, workers), on_visit))


def _visits(visit: Callable[[Goal], Visit], goals: Sequence[Goal], workers: int) -> Iterator[Visit]:
    if workers < 2:
        yield from map(visit, goals)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="shopper") as pool:
        yield from pool.map(visit, goals)


def _told(visits: Iterator[Visit], on_visit: Callable[[Visit], None] | None) -> Iterator[Visit]:
    for visit in visits:
        if on_visit:
            on_visit(visit)
        yield visit


def _visit(bot: Bot, make: MakeShopper, turns: int, goal: Goal) -> Visit:
    shopper, session = make(goal), new_session()
    seen: Seen | None = None
    exchanges: list[Exchange] = []
    won = found = hit = need = 0
    shown: list[str] = []
    while (said := shopper.say(seen)) is not None and (len(exchanges) < turns or (won and said.act == "thanks")):
        if said.need != need or said.act == "change":
            need, shown = said.need, [] if said.need != need else shown
        try:
            reply = bot.respond(said.text, session)
        except XiaoerError as error:
            exchanges.append(Exchange(said, None, error=str(error)))
            break
        except Exception as error:  # noqa: BLE001 - whatever breaks in a turn is what a simulation is for: it is told, and the others go on
            where = traceback.extract_tb(error.__traceback__)[-1]
            exchanges.append(Exchange(said, None, error=f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"))
            break
        exchanges.append(Exchange(said, reply, judged(said, reply, shown, bot.shop.catalogue)))
        ids = [product.id for product in reply.products]
        shown += ids
        wanted = goal.needs[said.need]
        last = said.need + 1 == len(goal.needs)
        if last and not found and wanted.fits & set(ids):
            found = len(exchanges)
        if last and not hit and wanted.target in ids:
            hit = len(exchanges)
        cart = str(reply.action["item"]) if reply.action and reply.action.get("name") == "add_to_cart" else ""
        if last and not won and cart in wanted.fits:
            won = len(exchanges)
        seen = Seen(reply.text, tuple(ids), reply.options, cart)
    return Visit(goal, tuple(exchanges), won, found, hit)
