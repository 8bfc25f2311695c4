"""What may be said of fetching a person: whether one can join the chat, when, and how many wait before."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Closing", "PersonTalk"]

Closing = Literal["", "failed", "mood", "money", "safety"]
"""Why a person is offered at the end of a reply that is about something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTalk:
    """joins: a person can join this chat; without that, only how to reach the shop is told. offers: a person may be offered now.

    opens: when people are there again, in the shopper's words; empty where they are there now. ahead: how many wait before. waits: the
    shopper has asked before, and nobody has come yet. stake: the shopper tells of something that went wrong with money or safety.
    """

    joins: bool = True
    offers: bool = True
    opens: str = ""
    ahead: int = 0
    waits: bool = False
    stake: Literal["", "money", "safety"] = ""
    closing: Closing = ""
