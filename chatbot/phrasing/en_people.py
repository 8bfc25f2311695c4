"""English sentences about people: fetching one, offering one, and what is said when one comes and goes."""

from collections.abc import Mapping
from datetime import datetime

from chatbot.phrasing.brief import Brief
from chatbot.phrasing.person_brief import Closing, PersonTalk

__all__ = ["BACK", "away", "closing", "day_of", "fetched", "offer", "on_safety", "passed_on", "resumed", "told"]

BACK = "Back to Xiaoer"
"""The quick reply that ends the wait for a person."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fetched(brief: Brief) -> list[str]:
    """The reply to who wants a person."""
    person, contact = brief.person, brief.contact
    hours, phone = contact.get("hours", ""), contact.get("phone", "")
    if not person.joins:
        return [
            "Nobody can join this chat, I'm afraid.",
            _reachable(contact) or "The shop has left no phone number or address either, so I'll do what I can.",
        ]
    if person.opens:
        first = (
            "Your wish for a colleague is kept."
            if person.waits
            else "My colleagues have gone home, but what you've written is kept, so no need to repeat it."
        )
        return [first, f"Somebody will answer you right here once they're back, {person.opens}."]
    if person.waits:
        said = ["A colleague has been asked already; no need to say it again.", _ahead(person) or "You're next."]
    else:
        said = ["I'll fetch a colleague; they'll see what we've talked about, so no need to repeat it.", _ahead(person)]
    if hours:
        said.append(f"They're here {hours}, and it's usually about {contact.get('wait', '')}.")
    elif wait := contact.get("wait"):
        said.append(f"It's usually about {wait}.")
    return [*said, f"If it's urgent you can also ring {phone}." if phone else ""]


def _ahead(person: PersonTalk) -> str:
    return f"There {'is' if person.ahead == 1 else 'are'} {person.ahead} before you." if person.ahead else ""


def _reachable(contact: Mapping[str, str]) -> str:
    ways = [f"ring {phone}" if (phone := contact.get("phone")) else "", f"write to {email}" if (email := contact.get("email")) else ""]
    hours = f"; they're there {contact['hours']}" if contact.get("hours") else ""
    return f"You can {' or '.join(filter(None, ways))}{hours}." if any(ways) else ""


def offer(brief: Brief, words: str, otherwise: str = "") -> str:
    """`words`, which offer a person, where one can join; else how to reach the shop; `otherwise` where the shopper has just declined."""
    if not brief.person.offers:
        return otherwise
    if brief.person.joins:
        return words
    phone, email = brief.contact.get("phone"), brief.contact.get("email")
    return f"You could ring a colleague on {phone}." if phone else f"You could ask a colleague at {email}." if email else ""


def closing(brief: Brief) -> str:
    """An offer at the end of a reply about something else."""
    why: dict[Closing, str] = {
        "": "", "failed": "I don't seem to be helping; shall I fetch a colleague?", "mood": "If you'd rather talk to a colleague, I'll fetch one.",
        "money": "As money is involved, a colleague should check it; shall I fetch one?", "safety": "Safety shouldn't wait; shall I fetch a colleague?",
    }  # fmt: skip
    return offer(brief, why[brief.person.closing]) if brief.person.closing else ""


def on_safety() -> str:
    return "Safety first: please stop using it, unplug it if you safely can, and keep your distance."


def passed_on(name: str) -> str:
    return f"I've passed that on to {name}, who'll answer you here."


def away(name: str) -> str:
    return f"I've kept that for {name}, who hasn't answered for a while. If you'd rather not wait, I can carry on."


def resumed() -> str:
    return (
        "It's Xiaoer again; I still have everything you said, so go on. You keep your place in the queue, and I'll tell you here when somebody comes."
    )


def told(kind: str, name: str) -> str:
    """What is told when a person comes or goes."""
    return {
        "joined": f"{name} is here and can see what we've talked about.", "returned": f"{name} has handed back. It's Xiaoer again; I still have everything you said, so go on.",
        "released": f"{name} had to leave; you're still in the queue.", "closed": "A colleague has closed this. If there's anything else, just tell Xiaoer.",
    }.get(kind, "")  # fmt: skip


def day_of(opening: datetime, now: datetime) -> str:
    """tomorrow at 9:00"""
    days = (opening.date() - now.date()).days
    day = ("today", "tomorrow")[days] if days < 2 else f"on {_DAYS[opening.weekday()]}"
    return f"{day} at {opening.hour}:{opening.minute:02}"
