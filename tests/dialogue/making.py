"""Items and understandings as short as a test's line: what a test does not name has a plain value. Knows no test."""

from typing import Any

from chatbot.values import IntentName, Item, Localised, Understanding

__all__ = ["an_item", "said"]


def an_item(identifier: str, price: float, title: str, *, brand: str = "Brio", chinese: str = "") -> Item:
    category = ("Computers", "Laptops")
    texts = {"": title, "zh": chinese} if chinese else {"": title}
    return Item(
        id=identifier, title=title, description="", brand=brand, category=category, price=price, list_price=None, stock=1, rating=None, rating_count=0,
        attributes={}, url="", image="", added="",
        texts={language: Localised(title=text, description="", brand=brand, category=category, attributes={}) for language, text in texts.items()},
    )  # fmt: skip


def said(intent: IntentName, text: str = "some words of a message", **parts: Any) -> Understanding:
    """A message that the head is sure of; the category among the constraints is one that the words name."""
    category = parts["constraints"].category if parts.get("constraints") else None
    parts = {"topics": (category,) if category else (), "confidence": 0.9, "language": "zh"} | parts
    return Understanding(text=text, intent=intent, **parts)
