"""The drafts of one product → one item of the shop, or the reason why not.

`Judgement` holds what only the whole feed tells: the shop's currency, what stands before the cents in a file, how many
points or stars its ratings go up to. Variants become one item whose attributes list their values.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chatbot.errors import brief
from chatbot.shop.feeds.drafts import Draft, RowRefused
from chatbot.shop.feeds.prices import Mark, Price, currencies_of, decimal_mark, read_price
from chatbot.shop.feeds.values import Remark

__all__ = ["OTHER", "Judgement", "merged"]

STARS = 5.0
SCALES = (5.0, 10.0, 100.0)
OTHER = {"zh": "其他", "en": "Other"}
"""The category of what says none."""
_JOINTS = re.compile(r"[\s\-–—/,|:(（\[【，·]+$")
SHARED = 0.5
"""Share of the shortest title that variants have in common from which that is the product's title."""


@dataclass(slots=True)
class Judgement:
    """Grows while rows are read; `decide` ends it."""

    now: datetime
    currency: str = ""
    language: str = ""
    marks: dict[str, Counter[Mark]] = field(default_factory=dict)
    highest: dict[str, float] = field(default_factory=dict)
    currencies: Counter[str] = field(default_factory=Counter)
    chinese: int = 0
    titles: int = 0
    seen: set[str] = field(default_factory=set)
    categorised: set[str] = field(default_factory=set)
    """Files with rows, and those of them in which any row has a category."""
    assumed: bool = False
    """No row named a currency and nobody gave one."""

    def see(self, draft: Draft) -> None:
        self.seen.add(draft.file)
        for value in draft.prices.values():
            if mark := decimal_mark(value):
                self.marks.setdefault(draft.file, Counter())[mark] += 1
        if draft.rating is not None and draft.best is None:
            self.highest[draft.file] = max(self.highest.get(draft.file, 0.0), draft.rating)
        if not self.currency and draft.prices:
            prices = [price for value in draft.prices.values() if (price := read_price(value))]
            if named := currencies_of(draft.currency) or next((price.currencies for price in prices if price.currencies), ()):
                self.currencies[named[0]] += 1
        if draft.category:
            self.categorised.add(draft.file)
        if draft.title:
            self.titles += 1
            self.chinese += any("\u3400" <= char <= "\u9fff" for char in draft.title)

    def decide(self) -> None:
        self.language = self.language or ("zh" if self.chinese * 2 > self.titles else "en")
        if not self.currency:
            self.assumed = not self.currencies
            self.currency = self.currencies.most_common(1)[0][0] if self.currencies else "CNY" if self.language == "zh" else "USD"

    def mark_of(self, file: str) -> Mark | None:
        """What stands before the cents in most prices of `file`; None where none of them shows it."""
        seen = self.marks.get(file, Counter())
        return None if seen[","] == seen["."] else "," if seen[","] > seen["."] else "."

    def stars(self, draft: Draft) -> float | None:
        """The rating on the shop's scale of five."""
        if draft.rating is None:
            return None
        scale = draft.best or next((one for one in SCALES if self.highest.get(draft.file, 0.0) <= one), 0.0)
        return round(draft.rating * STARS / scale, 2) if scale and 0 < draft.rating <= scale else None


@dataclass(frozen=True, slots=True)
class _Offer:
    draft: Draft
    price: float
    list_price: float | None


def merged(drafts: Sequence[Draft], judgement: Judgement, remarks: list[Remark]) -> dict[str, Any] | None:
    """The item that the drafts are; what was refused or put right is added to `remarks`. None where no row can be sold."""
    shared = [draft for draft in drafts if draft.kind == "parent"]
    offers: list[_Offer] = []
    for draft in drafts:
        if draft.kind == "parent" and (len(drafts) > 1 or not draft.prices):
            continue
        if draft.kind == "single" and offers:
            remarks.append(_told(draft, "refused", f"the id {brief(draft.key)} stands in line {offers[0].draft.line} of {offers[0].draft.file} too"))
            continue
        try:
            offers.append(_offer(draft, judgement, remarks))
        except RowRefused as error:
            remarks.append(_told(draft, "refused", str(error)))
    if not offers:
        remarks.extend(_told(draft, "refused", "none of its variants can be sold") for draft in shared[:1])
        return None
    best = min(offers, key=lambda offer: (offer.draft.stock == 0, offer.price))
    members = [offer.draft for offer in offers]
    # what the product says of itself stands before what a variant says, and the first variant's texts before the others'
    speaking = [*shared, *members]
    title = _first(shared, "title") or _common_title([draft.title for draft in members]) or _first(speaking, "title")
    if not title:
        remarks.append(_told(members[0], "refused", "it has no title"))
        return None
    category = _first(speaking, "category")
    if not category:
        category = [OTHER[judgement.language]]
        if members[0].file in judgement.categorised:
            remarks.append(_told(members[0], "repaired", f"it has no category; it is put under {category[0]}"))
    ratings = [(judgement.stars(draft), draft.rating_count) for draft in speaking]
    rating, count = max(((stars, count) for stars, count in ratings if stars is not None), key=lambda pair: pair[1], default=(None, 0))
    return {
        "id": speaking[0].key.removeprefix("id:"),
        "title": title,
        "description": _first(speaking, "description") or "",
        "brand": _first(speaking, "brand") or "",
        "category": category,
        "price": best.price,
        "list_price": best.list_price,
        "stock": _stock(members),
        "rating": rating,
        "rating_count": count,
        "attributes": _together(draft.attributes for draft in members) | _left(shared, members),
        "url": best.draft.url or _first(speaking, "url") or "",
        "image": best.draft.image or _first(speaking, "image") or "",
        "added": _first(speaking, "added") or "",
        "i18n": _translated(speaking, len(category)),
    }


def _told(draft: Draft, verdict: Any, reason: str) -> Remark:
    return Remark(draft.file, draft.line, verdict, reason, draft.key)


# ── prices ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _offer(draft: Draft, judgement: Judgement, remarks: list[Remark]) -> _Offer:
    """What a row costs. Raises RowRefused where it does not say so in the shop's currency."""

    def repaired(reason: str) -> None:
        remarks.append(_told(draft, "repaired", reason))

    written = draft.prices
    full = next((name for name in ("price", "list_price", "sale_price") if name in written), "")
    if not full:
        raise RowRefused("it has no price")
    read = {name: read_price(value, judgement.mark_of(draft.file)) for name, value in written.items()}
    main = read[full]
    if main is None:
        raise RowRefused(f"the price {brief(written[full])} cannot be read")
    if not _in_currency(main, draft.currency, judgement.currency):
        raise RowRefused(f"its price is in {draft.currency or ' or '.join(main.currencies[:2])}, the shop's is in {judgement.currency}")
    if main.lowest:
        repaired(f"the price {brief(written[full])} is a range; its lowest is taken")
    if main.guessed:
        repaired(f"the price {brief(written[full])} can be read in two ways; it is taken as {main.amount:g}")
    price, before = main, read.get("list_price")
    if "sale_price" in written and full != "sale_price":
        sale, running = read["sale_price"], _running(draft.sale_dates, judgement.now)
        if sale is None or not _in_currency(sale, draft.currency, judgement.currency):
            repaired(f"the sale price {brief(written['sale_price'])} cannot be read or has another currency; the full price counts")
        elif running is None:
            repaired(f"the dates of the sale price {brief(draft.sale_dates)} cannot be read; the full price counts")
        elif running and sale.amount < main.amount:
            price, before = sale, before if before and before.amount > main.amount else main
    if before is None and "list_price" in written:
        repaired(f"the list price {brief(written['list_price'])} cannot be read; it is left out")
    if before is not None and (before.amount <= price.amount or not _in_currency(before, draft.currency, judgement.currency)):
        before = None
    return _Offer(draft, price.amount, before.amount if before else None)


def _in_currency(price: Price, column: str, currency: str) -> bool:
    if column:
        return currency in (currencies_of(column) or (column,)) and (not price.currencies or currency in price.currencies)
    return not price.currencies or currency in price.currencies


def _running(dates: str, now: datetime) -> bool | None:
    """Whether a sale of these dates ("begin/end", either may be missing) is on; None where they cannot be read."""
    if not dates.strip(" /"):
        return True
    begin, _, end = dates.partition("/")
    try:
        first, last = (datetime.fromisoformat(one.strip()) if one.strip() else None for one in (begin, end))
    except ValueError:
        return None
    zoned = [one.replace(tzinfo=one.tzinfo or UTC) if one else None for one in (first, last)]
    return (zoned[0] is None or zoned[0] <= now) and (zoned[1] is None or now <= zoned[1])


# ── variants ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _first(drafts: Iterable[Draft], name: str) -> Any:
    return next((value for draft in drafts if (value := getattr(draft, name))), None)


def _common_title(titles: Sequence[str]) -> str:
    """What the titles of variants begin with, up to a whole word; "" where that is too little to be a name."""
    if len(set(titles)) == 1:
        return titles[0]
    first, last = min(titles), max(titles)
    length = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), min(len(first), len(last)))
    common = titles[0][:length]
    if not all(_ends_a_word(title, length) for title in titles):
        common = common.rpartition(" ")[0]
    common = _JOINTS.sub("", common)
    return common if len(common) >= SHARED * min(map(len, titles)) and len(common) > 2 else ""


def _ends_a_word(title: str, length: int) -> bool:
    """Whether a word may end at `length`: Chinese ones end anywhere."""
    before, after = title[length - 1 : length], title[length : length + 1]
    return not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())


def _together(attributes: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in attributes:
        for name, values in one.items():
            found[name] = [*dict.fromkeys([*found.get(name, []), *values])]
    return found


def _left(shared: Sequence[Draft], members: Sequence[Draft]) -> dict[str, list[str]]:
    """The product's own attributes that no variant has: what its variants are made in is theirs to say."""
    own = {name for draft in members for name in draft.attributes}
    return {name: values for name, values in _together(draft.attributes for draft in shared).items() if name not in own}


def _stock(members: Sequence[Draft]) -> int | None:
    """All pieces; None where one can be had and nobody counts it."""
    counted = [draft.stock for draft in members if draft.stock is not None]
    return sum(counted) if len(counted) == len(members) else None


def _translated(speaking: Sequence[Draft], depth: int) -> dict[str, dict[str, Any]]:
    """Translations that fit: a path as deep as the item's own, attributes of one row alone."""
    found: dict[str, dict[str, Any]] = {}
    for draft in speaking:
        for language, words in draft.i18n.items():
            kept = {
                name: value
                for name, value in words.items()
                if (name != "category" or len(value) == depth) and (name != "attributes" or len(speaking) == 1)
            }
            found[language] = kept | found.get(language, {})
    return {language: words for language, words in found.items() if words}
