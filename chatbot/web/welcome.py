"""What a visitor is met with before a word is said: a language, and questions that this shop can answer."""

import re
from statistics import median

from chatbot.phrasing.brief import money
from chatbot.phrasing.page_texts import page_texts
from chatbot.shop.reading import Shop
from chatbot.values import Language

__all__ = ["example_questions", "preferred_language"]

EXAMPLES = 3
"""Questions about shelves in an empty conversation: what a phone shows without scrolling."""
_ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
"""Leading figures of a price that people would name."""


def preferred_language(accepted: str, default: Language) -> Language:
    """The language of an Accept-Language header: the first of ours; English for readers of other languages."""
    ranked = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, rest = part.strip().partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        ranked.append((-float(quality[1]) if quality else -1.0, place, tag.lower().split("-")[0]))
    tags = [tag for _, _, tag in sorted(ranked) if tag and tag != "*"]
    for tag in tags:
        if tag in ("zh", "en"):
            return "zh" if tag == "zh" else "en"
    return "en" if tags else default


def example_questions(shop: Shop, language: Language) -> list[str]:
    """Questions that this shop can answer: about its fullest shelves, at prices that half of the items are below."""
    if own := shop.trade.examples.get(language):
        return [*own]
    texts, catalogue = page_texts(language), shop.catalogue
    questions: list[str] = []
    groups: set[str] = set()
    for leaf, items in sorted(catalogue.by_leaf.items(), key=lambda entry: -len(entry[1])):
        if items[0].category[0] in groups or len(questions) == EXAMPLES:
            continue
        groups.add(items[0].category[0])
        name = catalogue.category_name(leaf, language)
        price = money(_round_price(median(item.price for item in items)), shop.currency, language)
        pattern = texts.example if len(questions) != 1 else texts.any_example
        questions.append(pattern.format(category=name.lower() if language == "en" else name, price=price))
    if shop.entries:
        questions.append(texts.policy_example)
    return questions


def _round_price(amount: float) -> float:
    """The next price above that a person would name."""
    power = 1.0
    while power * 10 <= amount:
        power *= 10
    return next(step * power for step in _ROUND if step * power >= amount)
