""" "Newer", "shorter" → a bound past what is under discussion, or an order where nothing is. Pure; reads quantities of the items it is given."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot.quantities import quantity
from chatbot.values import Constraints, Item, Trend

__all__ = ["past"]

STEP = 1.0
"""What lies past a quantity in its smallest unit: a year, a minute."""


def past(constraints: Constraints, trends: Sequence[Trend], items: Sequence[Item]) -> Constraints:
    """The constraints, with everything of `items` outside: newer than the newest of them, shorter than the shortest."""
    ranges = dict(constraints.ranges)
    for trend in trends:
        amounts = [found.amount for item in items for value in item.attributes.get(trend.attribute, ())[:1] if (found := quantity(value))]
        if amounts:
            ranges[trend.attribute] = (max(amounts) + STEP, None) if trend.sign > 0 else (None, min(amounts) - STEP)
    return replace(constraints, ranges=ranges)
