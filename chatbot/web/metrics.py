"""Live figures for Prometheus, in a registry of their own. No message, name or session is ever a label."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics"]

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Metrics:
    """Counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.turns = Counter("xiaoer_turns", "Turns answered", ["intent", "language", "phrased_by"], registry=self._registry)
        self.ungrounded = Counter("xiaoer_ungrounded", "Turns with a sentence that failed the grounding check", registry=self._registry)
        self.failures = Counter("xiaoer_failures", "Turns that ended in an error", registry=self._registry)
        self.actions = Counter("xiaoer_actions", "Actions of replies", ["name"], registry=self._registry)
        self.events = Counter("xiaoer_events", "Behaviour of shoppers", ["type"], registry=self._registry)
        self.feedback = Counter("xiaoer_feedback", "Likes and dislikes of replies", ["kind"], registry=self._registry)
        self.seconds = Histogram("xiaoer_seconds", "Time since the message", ["part"], buckets=_SECONDS, registry=self._registry)

        self.tickets = Gauge("xiaoer_tickets", "Conversations that need a person", ["state"], registry=self._registry)
        self.longest = Gauge("xiaoer_longest_wait_seconds", "Longest wait for a person now", registry=self._registry)

    def show_queue(self, counts: Mapping[str, float]) -> None:
        """What the desk's queue is at the moment."""
        for state in ("waiting", "taken"):
            self.tickets.labels(state).set(counts[state])
        self.longest.set(counts["longest"])

    def observe(self, reply: Mapping[str, Any]) -> None:
        """Count one finished reply."""
        intent = reply["understanding"]["intent"]["name"]
        self.turns.labels(intent, reply["language"], reply["phrased_by"]).inc()
        if not reply["grounded"]:
            self.ungrounded.inc()
        if reply["action"]:
            self.actions.labels(reply["action"]["name"]).inc()
        for part, milliseconds in reply["timing_ms"].items():
            self.seconds.labels(part).observe(milliseconds / 1000)

    def render(self) -> tuple[bytes, str]:
        """(the text, its content type)."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
