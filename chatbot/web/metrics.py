"""Live figures for Prometheus, in a registry of their own: the counterparts of what the reports show.

Every turn is counted once, whether it came over the API or from the page. No message, name, item or session is ever a
label: brands and items of a catalogue are too many for one, so of exposure only the sums are here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from chatbot.bot import TurnEvent
from chatbot.errors import MessageError, XiaoerError

__all__ = ["Metrics"]

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_PRODUCTS = (0, 1, 2, 3, 5)


class Metrics:
    """Counters of one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.turns = Counter("xiaoer_turns", "Turns answered", ["channel", "intent", "language", "phrased_by"], registry=registry)
        self.ungrounded = Counter("xiaoer_ungrounded", "Turns with a sentence that failed the grounding check", ["language"], registry=registry)
        self.refused = Counter("xiaoer_refused_sentences", "Sentences that were refused before anybody saw them", registry=registry)
        self.failures = Counter("xiaoer_failures", "Turns that ended in an error", ["channel"], registry=registry)
        self.actions = Counter("xiaoer_actions", "Actions of replies", ["name"], registry=registry)
        self.handoffs = Counter("xiaoer_handoffs", "Handoffs, offered or asked for", ["reason", "offered"], registry=registry)
        self.sources = Counter("xiaoer_answers", "Answers from the shop's documents, and service questions without one", ["found"], registry=registry)
        self.products = Counter("xiaoer_products_shown", "Products shown", ["in_stock"], registry=registry)
        self.lists = Histogram("xiaoer_products_per_reply", "Products of a reply to a need", buckets=_PRODUCTS, registry=registry)
        self.confidence = Histogram("xiaoer_intent_confidence", "Confidence of the intent", ["intent"], buckets=_CONFIDENCES, registry=registry)
        self.events = Counter("xiaoer_events", "Behaviour of shoppers", ["type"], registry=registry)
        self.feedback = Counter("xiaoer_feedback", "Likes and dislikes of replies", ["kind"], registry=registry)
        self.seconds = Histogram("xiaoer_seconds", "Time since the message", ["part"], buckets=_SECONDS, registry=registry)

        self.tickets = Gauge("xiaoer_tickets", "Conversations that need a person", ["state"], registry=registry)
        self.longest = Gauge("xiaoer_longest_wait_seconds", "Longest wait for a person now", registry=registry)

    def show_queue(self, counts: Mapping[str, float]) -> None:
        """What the desk's queue is at the moment."""
        for state in ("waiting", "taken"):
            self.tickets.labels(state).set(counts[state])
        self.longest.set(counts["longest"])

    def counted(self, events: Iterator[TurnEvent], channel: str) -> Iterator[TurnEvent]:
        """The events of a turn as they are, counted when it is done or has failed. channel: api or page.

        A message that cannot be taken is its sender's fault and no failure.
        """
        try:
            for event in events:
                if event.name == "done":
                    self._observe(event.data, channel)
                yield event
        except XiaoerError as error:
            if not isinstance(error, MessageError):
                self.failures.labels(channel).inc()
            raise

    def _observe(self, reply: Mapping[str, Any], channel: str) -> None:
        """Count one finished reply."""
        intent = reply["understanding"]["intent"]
        name, action = intent["name"], reply["action"]
        self.turns.labels(channel, name, reply["language"], reply["phrased_by"]).inc()
        self.confidence.labels(name).observe(intent["confidence"])
        if not reply["grounded"]:
            self.ungrounded.labels(reply["language"]).inc()
        self.refused.inc(len(reply["trace"]))
        if action:
            self.actions.labels(action["name"]).inc()
        if action and action["name"] == "handoff":
            self.handoffs.labels(action.get("reason", ""), str(bool(action.get("offered"))).lower()).inc()
        if name == "service":
            self.sources.labels("yes" if reply["sources"] else "no").inc()
        if name in ("recommend", "refine"):
            self.lists.observe(len(reply["products"]))
        for product in reply["products"]:
            self.products.labels(str(product["in_stock"]).lower()).inc()
        for part, milliseconds in reply["timing_ms"].items():
            self.seconds.labels(part).observe(milliseconds / 1000)

    def render(self) -> tuple[bytes, str]:
        """(the text, its content type)."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
