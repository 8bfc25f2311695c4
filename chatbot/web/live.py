"""What persons of the shop say in a session, as it comes: server-sent events, numbered, so that a broken connection goes on behind the last.

One look into the store serves all who listen, and none is taken while nobody does; so it works with several processes over
one database, and nothing is kept here.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool

from chatbot.bot import Bot, BotSource
from chatbot.errors import SessionUnknown, StoreError, XiaoerError
from chatbot.person_turns import told_message

__all__ = ["Pulse", "messages_of", "people_of"]

LOOK = 0.1
"""Seconds between two looks for something new, a fraction of a millisecond each: whoever waits sees it within a second."""
PING = 15.0
"""Seconds after which an idle stream shows that it lives, so that nothing on the way cuts it."""
Messages = Callable[[int], list[dict[str, Any]]]
"""What was said in one session behind a number."""


class Pulse:
    """Wakes those who listen when something new stands in the store. Belongs to one event loop."""

    def __init__(self, source: BotSource) -> None:
        self._source = source
        self._listeners, self._newest = 0, -1
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._ended = False

    async def events(self, messages: Messages, seen: int) -> AsyncIterator[str]:
        """The stream of one listener, who has seen what stands up to the number `seen`."""
        self._listeners += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield "retry: 1000\n\n"
            while not self._ended:
                changed = self._changed
                for message in await run_in_threadpool(messages, seen):
                    seen = message["number"]
                    yield f"id: {seen}\ndata: {json.dumps(message, ensure_ascii=False)}\n\n"
                try:
                    await asyncio.wait_for(changed.wait(), PING)
                except TimeoutError:
                    yield ": still here\n\n"
        except StoreError:
            return  # whoever listens asks again
        finally:
            self._listeners -= 1

    def end(self) -> None:
        """Let go of all who listen, for the server stops; they come back to the next one."""
        self._ended = True
        self._changed.set()

    async def _look(self) -> None:
        while self._listeners and not self._ended:
            try:
                newest = await run_in_threadpool(self._number)
            except XiaoerError:
                newest = self._newest
            if newest != self._newest:
                self._newest, before = newest, self._changed
                self._changed = asyncio.Event()
                before.set()
            await asyncio.sleep(LOOK)

    def _number(self) -> int:
        bot = self._source()
        return bot.tickets.newest() if bot and bot.tickets else self._newest


def messages_of(bot: Bot, session: str) -> Messages:
    """Reads one session's messages of persons. Raises SessionUnknown, also where the shop has no desk."""
    tickets = bot.tickets
    if tickets is None or not bot.store.exists(session):
        raise SessionUnknown("there is no session of that id in which a person could join")
    language = bot.store.state(session).language or bot.shop.default_language
    return lambda after: [told_message(message, language) for message in tickets.messages(session, after)]


def people_of(bot: Bot, session: str) -> dict[str, Any]:
    """For the turns of a session: what persons said, and the ticket that is not closed."""
    if not bot.tickets:
        return {"messages": [], "ticket": None}
    ticket = bot.tickets.pending_of(session)
    shown = {"id": ticket.id, "state": ticket.state, "staff": ticket.staff} if ticket else None
    return {"messages": messages_of(bot, session)(0), "ticket": shown}
