"""A plan with its facts, ready to be phrased: the one thing that rules, prompts and the grounding check all read.

Everything in it is in the shopper's language and true; what is not in it may not be said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chatbot.phrasing.order_brief import OrderTalk
from chatbot.phrasing.person_brief import PersonTalk
from chatbot.values import Language, PlanKind, Product

__all__ = ["CHINESE_MONEY", "MEASURE", "SIGNS", "Brief", "Group", "PriceRelation", "Sentence", "led", "money", "plain_number", "price_relation"]

PriceRelation = Literal["same", "near", "cheaper", "cheapest_yet", "also_cheaper", "dearer", "also_dearer"]
ABOUT_THE_SAME = 0.05
"""Share of a price below which a difference is not worth naming."""

MEASURE = "款"
"""The measure word of things whose own nobody says."""
CHINESE_MONEY = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "HKD": "港元", "TWD": "新台币", "SGD": "新加坡元"}
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply and the ids of the items it is about.

    owes: what a reply without this sentence must say elsewhere. lead: how it begins, always by rule and said at once;
    product: its id, where an untrained model may phrase the rest.
    """

    text: str
    items: frozenset[str] = frozenset()
    owes: tuple[str, ...] = ()
    lead: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What is offered for one of several needs: its kind and wishes in words, the ids of its products, none where nothing fits."""

    category: str
    wanted: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """products: what the reply is about, best first. descriptions and points: by item id, in the shopper's language.

    quantity: pieces put into the cart; fewer than asked for where `note` is "all_left". wanted: the wishes in words ("5000 元以内"). total: how many items fit. blocking: wishes in the way when nothing fits;
    closest: the nearest item then; relaxed: those of them without which `without` items fit, from the price `lowest`. asked: (name, value) of
    what was asked about an item; unknown: names asked about that the shop's data does not have. answer: the text of an
    entry or a past reply, or all that may be said of an order. past: the comparison asked for, with its figure ("lighter than 1.1 kg");
    figures: what the items have of it, by id; unmeasured: an attribute that what was shown before does not have. groups: where several needs are served. choices: titles of two entries of which either may be meant. order: the step of a conversation about one. person: what may be said of fetching a person. note: a nuance of the plan.
    noun and nouns: what one thing and several are called where no kind is named; measure: the Chinese measure word; titled and
    priced: patterns of a title and a price in a sentence. because: why the first is offered, where a history says it. ask_back: the
    shop's own question where hardly anything was said; taken: its own words for a thing chosen.
    """

    kind: PlanKind
    language: Language
    message: str
    shop: str
    currency: str
    turn: int = 1
    note: str = ""
    products: tuple[Product, ...] = ()
    descriptions: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    category: str = ""
    wanted: tuple[str, ...] = ()
    total: int = 0
    quantity: int = 1
    unknown_brand: str = ""
    changed: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    closest: Product | None = None
    without: int = 0
    lowest: float | None = None
    exhausted: bool = False
    asked: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    differences: tuple[tuple[str, str, str], ...] = ()
    past: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    unmeasured: str = ""
    groups: tuple[Group, ...] = ()
    answer: str = ""
    title: str = ""
    choices: tuple[str, ...] = ()
    contact: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    order: OrderTalk | None = None
    person: PersonTalk = field(default_factory=PersonTalk)
    noun: str = ""
    nouns: str = ""
    measure: str = MEASURE
    titled: str = ""
    priced: str = ""
    because: str = ""
    ask_back: str = ""
    taken: str = ""

    def name(self, product: Product) -> str:
        """A product's title as it stands in a sentence: 《花样年华》."""
        return self.titled.replace("{title}", product.title) if self.titled else product.title

    def price(self, amount: float) -> str:
        """A product's price as it stands in a sentence: 人均 85 元."""
        return self.priced.replace("{amount}", self.money(amount)) if self.priced else self.money(amount)

    def money(self, amount: float) -> str:
        return money(amount, self.currency, self.language)


def led(lead: str, body: str, product: Product) -> Sentence:
    """A sentence that introduces `product`, whose body a language model may phrase."""
    return Sentence(lead + body, frozenset({product.id}), (product.title,), lead, product.id)


def price_relation(products: Sequence[Product], place: int) -> PriceRelation:
    """How the price of the product at `place` stands to the first, and to all that were named before it."""
    first, other, before = products[0], products[place], products[:place]
    if other.price == first.price:
        return "same"
    if abs(other.price - first.price) <= ABOUT_THE_SAME * first.price:
        return "near"
    if other.price > first.price:
        return "also_dearer" if any(one.price > first.price for one in before) else "dearer"
    if other.price >= min(one.price for one in before):
        return "also_cheaper"
    return "cheapest_yet" if any(one.price < first.price for one in before) else "cheaper"


def plain_number(amount: float) -> str:
    """Without needless decimals: 4999, 19.9, 1299.50 as 1299.5."""
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def money(amount: float, currency: str, language: Language) -> str:
    """A price as it is written in the language: 4999 元, ¥4,999, $12.50."""
    if language == "zh":
        return f"{plain_number(amount)} {CHINESE_MONEY.get(currency, currency)}"
    sign = SIGNS.get(currency)
    number = f"{amount:,.0f}" if amount == round(amount) else f"{amount:,.2f}"
    return f"{sign}{number}" if sign else f"{number} {currency}"
