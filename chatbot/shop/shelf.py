"""Which items the owner puts forward and which are never recommended, as one value that can be swapped while shoppers talk."""

from dataclasses import dataclass

__all__ = ["Shelf"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Ids of items."""

    pinned: frozenset[str]
    blocked: frozenset[str]
