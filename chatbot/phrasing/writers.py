"""How a language model is asked for a reply: by the form it was trained on, or by an instruction. Checks nothing."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from chatbot.phrasing.brief import Brief
from chatbot.phrasing.prompts import chat_messages, prompt_of
from chatbot.phrasing.streams import contents
from chatbot.values import Language

__all__ = ["ChatWriter", "FormWriter", "Writer"]

LONGEST_OPENER, LONGEST_REPLY = 24, 200
"""Tokens."""
WARMTH = 0.6
"""Temperature of a further attempt; the first takes the likeliest words."""


class Writer(Protocol):
    def opener(self, brief: Brief, attempt: int = 0) -> Iterator[str] | None:
        """The pieces of the reply's first words; None where the reply is written at once. attempt: later ones draw other words."""
        ...

    def rest(self, brief: Brief, opener: str, body: str = "", attempt: int = 0) -> Iterator[str] | None:
        """The pieces of what follows `opener` and the sentences of `body`, or of the whole reply where both are empty.

        attempt: later ones draw other words. None where the model cannot go on from there.
        """
        ...

    def key(self, brief: Brief) -> str:
        """Plans of the same key get the same reply."""
        ...


class FormWriter:
    """Asks a model that continues the form of `prompts`: the packaged one with its adapter, or as it came with `worked` cases ahead."""

    def __init__(self, model: BaseChatModel, worked: Mapping[Language, str] | None = None) -> None:
        self._model, self._worked = model, worked or {}

    def opener(self, brief: Brief, attempt: int = 0) -> Iterator[str] | None:
        prompt = prompt_of(brief)
        return self._continued(brief, prompt.begin, LONGEST_OPENER, attempt) if prompt.facts else None

    def rest(self, brief: Brief, opener: str, body: str = "", attempt: int = 0) -> Iterator[str] | None:
        prompt = prompt_of(brief)
        begun = (prompt.after(opener) if prompt.facts else prompt.begin) + body
        return self._continued(brief, begun, LONGEST_REPLY, attempt)

    def key(self, brief: Brief) -> str:
        return prompt_of(brief).after("")

    def _continued(self, brief: Brief, prompt: str, longest: int, attempt: int = 0) -> Iterator[str]:
        drawn = {"temperature": WARMTH, "seed": attempt} if attempt else {}
        return contents(self._model, [HumanMessage(self._worked.get(brief.language, "") + prompt)], longest, **drawn)


class ChatWriter:
    """Asks a model that follows instructions, on a server, from the hub or in a file."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model

    def opener(self, brief: Brief, attempt: int = 0) -> Iterator[str] | None:
        return None

    def rest(self, brief: Brief, opener: str, body: str = "", attempt: int = 0) -> Iterator[str] | None:
        return None if attempt else contents(self._model, chat_messages(brief), LONGEST_REPLY)

    def key(self, brief: Brief) -> str:
        return "".join(str(message.content) for message in chat_messages(brief))
