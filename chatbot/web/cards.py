"""What the page shows, as HTML: a reply with its cards, sources, notes and "how I understood this"; header and welcome.

Pure functions of JSON values; every text that comes from a shop, a model or a shopper is escaped here. Knows nothing of
Gradio, sessions or how a turn is made.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Protocol

from chatbot.phrasing.brief import money, plain_number
from chatbot.phrasing.page_texts import PageTexts, page_texts
from chatbot.values import Language

__all__ = [
    "Names", "comparison_html", "header_html", "message_html", "picture_url", "price_html", "product_url", "products_html", "reply_html",
    "sentence_html", "waiting_html", "welcome_html",
]  # fmt: skip

Json = Mapping[str, Any]

MOST_FACTS = 3
"""Attributes on a card: more make two lines on a phone."""
MOST_ROWS, MOST_COLUMNS = 8, 3
"""Attributes and products of a comparison; a phone is no wider."""
LONGEST_FACT = 18
"""Characters of an attribute on a card; longer values are sentences."""
LEAST_INTEREST = 0.02
"""Share from which an interest is worth a bar: one of forty categories would get as much by chance."""
_YES = frozenset({"yes", "有", "支持", "是", "可以"})
_ABOUT_PRODUCTS = frozenset({"recommend", "refine", "compare", "details", "explain", "choose", "reject"})
"""Intents whose messages say something of a need, so that the interests read from them mean something."""
_LATIN = re.compile(r"[A-Za-z]")


class Names(Protocol):
    """What canonical names are called in a language; the catalogue is one."""

    def category_name(self, category: str, language: Language) -> str: ...
    def brand_name(self, brand: str, language: Language) -> str: ...
    def attribute_name(self, name: str, language: Language) -> str: ...
    def attribute_value(self, value: str, language: Language) -> str: ...


# ── a reply ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def reply_html(reply: Json, names: Names, language: Language, currency: str, *, pending: bool = False, people: Sequence[Json] = ()) -> str:
    """A reply as far as it has come: cards first, then the text, then what stands under it.

    pending: more is to come, so a mark at the end shows that. people: what persons said after it.
    """
    texts = page_texts(language)
    products: Sequence[Json] = reply.get("products") or ()
    understanding: Json = reply.get("understanding") or {}
    intent = (understanding.get("intent") or {}).get("name", "")
    text = escape(str(reply.get("text") or ""))
    dots = _dots() if pending and not text else ""
    parts = [
        products_html(products, language),
        f'<p class="x-text{" x-going" if pending else ""}">{text}{dots}</p>' if text or dots else "",
        comparison_html(products, language) if intent == "compare" and text else "",
        _action(reply.get("action"), products, texts),
        _sources(reply.get("sources") or (), texts),
        "" if pending or not understanding or _passed(reply) else _understood(understanding, names, language, currency),
        *(_person(message) for message in people),
    ]
    return f'<div class="x-reply" lang="{language}">{"".join(parts)}</div>'


def message_html(text: str) -> str:
    """A shopper's own words."""
    return f'<p class="x-said">{escape(text)}</p>'


def sentence_html(text: str, language: Language) -> str:
    """A reply of words alone."""
    return f'<div class="x-reply" lang="{language}"><p class="x-text">{escape(text)}</p></div>'


def waiting_html(line: str = "", language: Language = "zh") -> str:
    """The mark of a reply that has not begun, with a line that says why where it takes long."""
    said = f'<span class="x-why">{escape(line)}</span>' if line else ""
    return f'<div class="x-reply" lang="{language}"><p class="x-text">{_dots()}{said}</p></div>'


def _dots() -> str:
    return '<span class="x-dots" aria-hidden="true"><i></i><i></i><i></i></span>'


# ── products ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def products_html(products: Sequence[Json], language: Language) -> str:
    """The cards, numbered as the quick replies count them."""
    if not products:
        return ""
    texts = page_texts(language)
    numbered = len(products) > 1
    cards = "".join(_card(product, place if numbered else 0, texts, language) for place, product in enumerate(products, 1))
    return f'<ol tabindex="0" class="x-cards x-cards-{min(len(products), 4)}" aria-label="{escape(texts.cards)}">{cards}</ol>'


def _card(product: Json, place: int, texts: PageTexts, language: Language) -> str:
    title = escape(str(product["title"]))
    url = product_url(product.get("url"))
    linked = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{title}</a>' if url else title
    picture = picture_url(product.get("image"))
    image = f'<img src="{escape(picture)}" alt="" width="400" height="300">' if picture else ""
    number = f'<span class="x-place" aria-hidden="true">{place}</span>' if place else ""
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in _facts(product.get("attributes") or {}))
    in_stock = bool(product.get("in_stock"))
    stock = escape(texts.in_stock if in_stock else texts.out_of_stock)
    return (
        f'<li class="x-card{"" if in_stock else " x-gone"}" data-item="{escape(str(product["id"]))}">'
        f'<div class="x-picture">{image}{number}</div><h3>{linked}</h3><p class="x-facts">{facts}</p>'
        f'<p class="x-money">{price_html(product, language)}<span class="x-stock">{stock}</span></p>'
        f"{_chips(product.get('reasons') or ())}</li>"
    )


def price_html(product: Json, language: Language) -> str:
    """The price as on a shelf label; a list price above it is struck through."""
    price, before, currency = float(product["price"]), product.get("list_price"), str(product["currency"])
    if not before or float(before) <= price:
        return f'<span class="x-price">{escape(_tag(price, currency, language))}</span>'
    was = page_texts(language).was
    return (
        f'<span class="x-price x-reduced">{escape(_tag(price, currency, language))}</span>'
        f'<s class="x-before"><span class="x-unseen">{escape(was)} </span>{escape(_tag(float(before), currency, language))}</s>'
    )


def _tag(amount: float, currency: str, language: Language) -> str:
    """¥4999 on a Chinese label, ¥4,999 on an English one."""
    tag = money(amount, currency, "en")
    return tag.replace(",", "") if language == "zh" else tag


def _facts(attributes: Json) -> list[str]:
    """The values that say something without their name: short measures such as 15.6 英寸 or 16 GB."""
    short = (value for value in attributes.values() if isinstance(value, str) and len(value) <= LONGEST_FACT)
    return list(dict.fromkeys(value for value in short if any(map(str.isdigit, value))))[:MOST_FACTS]


def _chips(reasons: Iterable[str]) -> str:
    chips = "".join(f"<li>{escape(str(reason))}</li>" for reason in reasons)
    return f'<ul class="x-reasons">{chips}</ul>' if chips else ""


def comparison_html(products: Sequence[Json], language: Language) -> str:
    """A table of the attributes that all of the products have and in which they differ, their prices first."""
    products = products[:MOST_COLUMNS]
    if len(products) < 2:
        return ""
    attributes = [{**(product.get("attributes") or {})} for product in products]
    rows = [(page_texts(language).price, [_tag(float(product["price"]), str(product["currency"]), language) for product in products])]
    for name in attributes[0]:
        values = [_value(own[name], language) for own in attributes if name in own]
        if len(values) == len(products) and len(set(values)) > 1:
            rows.append((name, values))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(value)}</td>" for value in values)}</tr>' for name, values in rows[:MOST_ROWS]
    )
    heads = "".join(
        f'<th scope="col"><span class="x-place">{place}</span>{escape(str(product["title"]))}</th>' for place, product in enumerate(products, 1)
    )
    return f'<table class="x-versus"><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _value(value: object, language: Language) -> str:
    return page_texts(language).joint.join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def product_url(url: object) -> str:
    """The address of a product's page where it is a whole http(s) one; anything else is no link."""
    text = str(url or "")
    return text if re.match(r"https?://[^\s/]", text, re.IGNORECASE) else ""


def picture_url(url: object) -> str:
    """The address of a picture: http(s), or a path on this server."""
    text = str(url or "")
    return text if product_url(text) or re.match(r"/(?![/\\])", text) else ""


# ── under the text ────────────────────────────────────────────────────────────────────────────────────────────────────


def _action(action: object, products: Sequence[Json], texts: PageTexts) -> str:
    if not isinstance(action, Mapping):
        return ""
    if action.get("name") == "add_to_cart":
        title = next((str(product["title"]) for product in products if product["id"] == action.get("item")), "")
        return _note("basket", texts.basket.format(title=title)) if title else ""
    if action.get("name") == "ticket":
        return f'<p class="x-passed">{escape(texts.passed)}</p>'
    if action.get("name") != "handoff" or action.get("offered"):
        return ""
    if isinstance(contact := action.get("contact"), Mapping):
        ways = [str(contact[way]) for way in ("phone", "email", "hours") if contact.get(way)]
        return _note("person", texts.reached_at.format(ways=" · ".join(ways))) if ways else ""
    if action.get("opens"):
        return _note("person", texts.kept_for)
    minutes, ahead = action.get("wait_minutes"), action.get("ahead")
    wait = (texts.ahead_of_you.format(ahead=ahead) if ahead else "") + (texts.minutes.format(minutes=minutes) if minutes else "")
    return _note("person", texts.handed_over.format(wait=wait))


def _passed(reply: Json) -> bool:
    """Whether the message went to a person, so that the assistant understood nothing by itself."""
    return isinstance(action := reply.get("action"), Mapping) and action.get("name") == "ticket"


def _person(message: Json) -> str:
    """What a person said, under their name; what they did is a note."""
    text = escape(str(message["text"]))
    if message["kind"] != "said":
        return f'<p class="x-note x-person" role="status">{text}</p>'
    return f'<div class="x-colleague"><b>{escape(str(message["name"]))}</b><p class="x-text">{text}</p></div>'


def _note(kind: str, line: str) -> str:
    return f'<p class="x-note x-{kind}" role="status">{escape(line)}</p>'


def _sources(sources: Sequence[Json], texts: PageTexts) -> str:
    said = "".join(
        f'<details class="x-source"><summary><span>{escape(texts.source)}</span>{escape(str(source["title"]))}</summary>'
        f"<blockquote>{escape(str(source.get('quote') or ''))}</blockquote></details>"
        for source in sources
    )
    return f'<div class="x-sources">{said}</div>' if said else ""


def _understood(understanding: Json, names: Names, language: Language, currency: str) -> str:
    """The folded account of what was understood."""
    texts = page_texts(language)
    intent = understanding.get("intent") or {}
    name = str(intent.get("name", ""))
    sure = texts.sure.format(percent=round(100 * float(intent.get("confidence", 0))))
    rows = [(texts.intent, f"{escape(texts.intents.get(name, name))}<small>{escape(sure)}</small>")]  # type: ignore[call-overload]
    if conditions := _conditions(understanding.get("constraints") or {}, names, texts, language, currency):
        rows.append((texts.conditions, _chips(conditions)))
    if name in _ABOUT_PRODUCTS and (bars := _bars(understanding.get("interests") or ())):
        rows.append((texts.interests, bars))
    rows += [(escape(str(one["name"])), escape(str(one["value"]))) for one in understanding.get("aspects") or ()]
    mood = str((understanding.get("mood") or {}).get("label", "neutral"))
    if mood != "neutral":
        rows.append((texts.mood, escape(texts.moods.get(mood, mood))))
    body = "".join(f"<div><dt>{escape(label)}</dt><dd>{value}</dd></div>" for label, value in rows)
    return f'<details class="x-how"><summary>{escape(texts.how)}</summary><dl>{body}</dl></details>'


def _bars(interests: Iterable[Json]) -> str:
    bars = []
    for interest in interests:
        share = float(interest["probability"])
        if share < LEAST_INTEREST:
            continue
        percent = round(100 * share)
        label = escape(str(interest.get("name") or interest["category"]))
        bars.append(f'<li><span>{label}</span><b style="--x-share:{percent}%"></b><em>{percent}%</em></li>')
    return f'<ul class="x-bars">{"".join(bars)}</ul>' if bars else ""


def _conditions(constraints: Json, names: Names, texts: PageTexts, language: Language, currency: str) -> list[str]:
    """The constraints in words, one an entry."""

    def labelled(label: str, value: str) -> str:
        return f"{label}{texts.colon}{value}"

    def without(value: str) -> str:
        return texts.unwanted + (" " if language == "en" or _LATIN.match(value) else "") + value

    said: list[str] = []
    if category := constraints.get("category"):
        said.append(labelled(texts.category, names.category_name(str(category), language)))
    low, high = constraints.get("price_min"), constraints.get("price_max")
    amount = {"low": money(float(low or 0), currency, language), "high": money(float(high or 0), currency, language)}
    if low is not None and high is not None:
        said.append(labelled(texts.price, texts.between.format(**amount)))
    elif high is not None:
        said.append(labelled(texts.price, texts.up_to.format(amount=amount["high"])))
    elif low is not None:
        said.append(labelled(texts.price, texts.at_least.format(amount=amount["low"])))
    if brands := _several(constraints.get("brand")):
        said.append(labelled(texts.brand, texts.joint.join(names.brand_name(brand, language) for brand in brands)))
    said += [without(names.brand_name(brand, language)) for brand in _several(constraints.get("not_brand"))]
    for name, value in (constraints.get("attributes") or {}).items():
        label, values = names.attribute_name(name, language), _several(value)
        if isinstance(value, Mapping):  # a range
            low, high = (plain_number(float(value[key])) if key in value else "" for key in ("min", "max"))
            said.append(labelled(label, texts.between.format(low=low, high=high) if low and high else low + "+" if low else "≤ " + high))
            continue
        named = texts.joint.join(names.attribute_value(one, language) for one in values)
        said.append(label if values and values[0].casefold() in _YES else labelled(label, named))
    for name, value in (constraints.get("not_attributes") or {}).items():
        label, values = names.attribute_name(name, language), _several(value)
        yes = bool(values) and values[0].casefold() in _YES
        said += [without(label)] if yes else [without(names.attribute_value(one, language)) for one in values]
    if constraints.get("in_stock"):
        said.append(texts.stock)
    if (rating := constraints.get("rating_min")) is not None:
        said.append(labelled(texts.rating, texts.rating_from.format(amount=plain_number(float(rating)))))
    return said


def _several(value: object) -> list[str]:
    """The values of a constraint: the contract writes one alone as itself."""
    if not value:
        return []
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]


# ── the frame ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def header_html(shop: str, language: Language, session: str = "", live: int | None = None) -> str:
    """The signboard. session: kept in the markup, for the events that the page's script reports. live: a person is awaited or there;
    the number of their last message that is shown."""
    texts = page_texts(language)
    listens = "" if live is None else f' data-live="{live}"'
    return (
        f'<div class="x-sign" lang="{language}" data-session="{escape(session)}"{listens} data-trouble="{escape(texts.unsent)}" data-send="{escape(texts.send)}"><span class="x-seal"></span>'
        f"<div><h1>{escape(shop)}</h1><p>{escape(texts.tagline)}</p></div></div>"
    )


def welcome_html(language: Language, line: str = "", pictures: Iterable[str] = ()) -> str:
    """The words of an empty conversation. line: what is going on while the assistant loads; pictures: of a few items."""
    texts = page_texts(language)
    shelf = "".join(f'<img src="{escape(url)}" alt="">' for picture in pictures if (url := picture_url(picture)))
    top = f'<div class="x-shelf">{shelf}</div>' if shelf else '<span class="x-seal"></span>'
    state = f'<p class="x-why" role="status">{escape(line)}</p>' if line else ""
    return f'<div class="x-welcome" lang="{language}">{top}<h2>{escape(texts.welcome)}</h2><p>{escape(texts.invitation)}</p>{state}</div>'
