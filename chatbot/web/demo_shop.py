"""`/demo-shop`: a small shop made of the catalogue, in both languages, that carries the widget as any shop would: by one line.

Every text of the catalogue is escaped here. Pages hold no script and no style of their own, so that their policy allows none.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chatbot.bot import BotSource
from chatbot.errors import XiaoerError
from chatbot.phrasing.brief import plain_number
from chatbot.phrasing.page_texts import ShopTexts, page_texts, shop_texts
from chatbot.shop.reading import Shop
from chatbot.values import Item, Language
from chatbot.web.cards import picture_url, price_html
from chatbot.web.welcome import preferred_language

__all__ = ["demo_shop_router"]

HOME = "/demo-shop"
PAGE = 24
"""Products on a page: whole rows of two, three and four."""
ALIKE = 4
FILES = {"shop.css": "text/css", "shop.js": "text/javascript", "seal.svg": "image/svg+xml"}
ASSETS = Path(__file__).resolve().parent / "assets"
AGAIN = 3
"""Seconds after which a page that is not ready is asked for again."""

Lang = Annotated[Language | None, Query(description="The language of the page; without it, that of the browser.")]
Accepted = Annotated[str, Header(alias="accept-language", include_in_schema=False)]


def demo_shop_router(source: BotSource) -> APIRouter:
    """The routes; `source` is asked for the bot, whose shop is shown, at every request."""
    router = APIRouter()

    def shown(draw: type["_Grid"] | type["_ProductPage"], lang: Language | None, accepted: str, **wanted: Any) -> HTMLResponse:
        try:
            bot = source()
        except XiaoerError as error:  # logged where it arose
            return HTMLResponse(_closed(lang or preferred_language(accepted, "zh")), error.status)
        if bot is None:
            return HTMLResponse(_starting(lang or preferred_language(accepted, "zh")), 503, {"Retry-After": str(AGAIN)})
        page = draw(bot.shop, lang or preferred_language(accepted, bot.shop.default_language), **wanted)
        return HTMLResponse(page.html(), page.status, {"Vary": "Accept-Language"})

    @router.get(HOME, summary="A small shop that carries the widget", response_class=HTMLResponse)
    def grid(
        lang: Lang = None,
        category: Annotated[str, Query(max_length=200)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        accepted: Accepted = "",
    ) -> HTMLResponse:
        return shown(_Grid, lang, accepted, category=category, page=page)

    @router.get(HOME + "/files/{name}", include_in_schema=False)
    def file(name: str) -> Response:
        if name not in FILES:
            return Response(status_code=404)
        return Response((ASSETS / name).read_bytes(), media_type=FILES[name], headers={"Cache-Control": "public, max-age=600"})

    @router.get(
        HOME + "/{item:path}", summary="One product of it", response_class=HTMLResponse, responses={404: {"description": "There is no such product."}}
    )
    def product(item: str, lang: Lang = None, accepted: Accepted = "") -> HTMLResponse:
        return shown(_ProductPage, lang, accepted, item=item)

    @router.get("/item/{item:path}", include_in_schema=False)
    def by_address(item: str) -> RedirectResponse:
        """The addresses that the demo catalogue gives its products."""
        return RedirectResponse(_address(item))

    return router


class _Page(ABC):
    """What all pages share: head, header, cart, foot, widget."""

    status = 200

    def __init__(self, shop: Shop, language: Language) -> None:
        self.shop, self.language = shop, language
        self.texts: ShopTexts = shop_texts(language)

    def html(self) -> str:
        return _document(
            self.language, f"{self.title()} · {self.shop.name(self.language)}", f'{self._header()}<main id="main">{self.main()}</main>{self._foot()}'
        )

    @abstractmethod
    def title(self) -> str: ...

    @abstractmethod
    def main(self) -> str: ...

    @abstractmethod
    def here(self, language: Language) -> str:
        """This page's address in `language`."""

    def _header(self) -> str:
        texts, other = self.texts, "en" if self.language == "zh" else "zh"
        cart = (
            f'<details class="cart" data-currency="{escape(self.shop.currency)}" data-empty="{escape(texts.empty)}" data-total="{escape(texts.total)}" '
            f'data-remove="{escape(texts.remove)}" data-added="{escape(texts.in_cart)}"><summary>{escape(texts.cart)} <span class="count">0</span></summary>'
            f'<div class="basket"><p>{escape(texts.empty)}</p></div></details>'
        )
        return (
            f'<header><a class="name" href="{_address("", self.language)}">{escape(self.shop.name(self.language))}</a>'
            f'<a class="language" lang="{other}" href="{self.here(other)}">{escape(texts.other_language)}</a>{cart}</header>'  # type: ignore[arg-type]
        )

    def _foot(self) -> str:
        name = escape(self.shop.folder.name)
        return (
            f'<p class="unseen" role="status" aria-live="polite" id="told"></p><footer><p>{escape(self.texts.note)}</p></footer>'
            f'<script src="/demo-shop/files/shop.js" defer></script><script src="/widget.js" data-shop="{name}" data-language="{self.language}" async></script>'
        )

    def grid(self, items: Sequence[Item]) -> str:
        return f'<ul class="grid">{"".join(map(self._tile, items))}</ul>'

    def _tile(self, item: Item) -> str:
        text = self.shop.catalogue.text(item, self.language)
        return (
            f'<li class="tile">{_picture(item)}<h3><a href="{_address(item.id, self.language)}">{escape(text.title)}</a></h3>'
            f'<p class="money">{self.price(item)}</p>{self.to_cart(item)}</li>'
        )

    def price(self, item: Item) -> str:
        return price_html({"price": item.price, "list_price": item.list_price, "currency": self.shop.currency}, self.language)

    def to_cart(self, item: Item) -> str:
        if not item.in_stock:
            return f'<p class="gone">{escape(page_texts(self.language).out_of_stock)}</p>'
        title = escape(self.shop.catalogue.text(item, self.language).title)
        return (
            f'<button type="button" class="buy" data-id="{escape(item.id)}" data-title="{title}" data-price="{item.price}" '
            f'aria-label="{escape(self.texts.to_cart)}: {title}">{escape(self.texts.to_cart)}</button>'
        )


class _Grid(_Page):
    def __init__(self, shop: Shop, language: Language, *, category: str, page: int) -> None:
        super().__init__(shop, language)
        leaves = shop.catalogue.within(category)
        self._category = category if leaves else ""
        self._items = [item for item in shop.catalogue.items if not self._category or item.leaf in leaves]
        self._pages = max(1, -(-len(self._items) // PAGE))
        self._page = min(page, self._pages)

    def title(self) -> str:
        return self.shop.catalogue.category_name(self._category, self.language) if self._category else self.texts.all

    def here(self, language: Language) -> str:
        return _address("", language, category=self._category, page=self._page)

    def main(self) -> str:
        shown = self._items[(self._page - 1) * PAGE : self._page * PAGE]
        return f"{self._kinds()}<h1>{escape(self.title())}</h1>{self.grid(shown)}{self._paging()}"

    def _kinds(self) -> str:
        """Links to the widest categories and, inside one of them, to its narrower ones."""
        groups = dict.fromkeys(words.path[0] for words in self.shop.catalogue.categories)
        inside = next((words.path[0] for words in self.shop.catalogue.categories if self._category in words.path), None)
        leaves = [words.leaf for words in self.shop.catalogue.categories if words.path[0] == inside and words.leaf != inside]
        rows = [self._links(["", *groups], inside or "")]
        if leaves:
            rows.append(self._links(leaves, self._category))
        return f'<nav aria-label="{escape(self.texts.kinds)}">{"".join(rows)}</nav>'

    def _links(self, categories: Sequence[str], current: str) -> str:
        links = []
        for category in categories:
            name = self.shop.catalogue.category_name(category, self.language) if category else self.texts.all
            mark = ' aria-current="true"' if category == current else ""
            links.append(f'<li><a href="{_address("", self.language, category=category)}"{mark}>{escape(name)}</a></li>')
        return f"<ul>{''.join(links)}</ul>"

    def _paging(self) -> str:
        if self._pages == 1:
            return ""

        def to(page: int, label: str, relation: str) -> str:
            there = _address("", self.language, category=self._category, page=page)
            return f'<a rel="{relation}" href="{there}">{escape(label)}</a>' if 1 <= page <= self._pages else "<span></span>"

        place = escape(self.texts.page.format(page=self._page, pages=self._pages))
        before, after = to(self._page - 1, self.texts.before, "prev"), to(self._page + 1, self.texts.after, "next")
        return f'<nav class="paging" aria-label="{escape(self.texts.pages)}">{before}<span>{place}</span>{after}</nav>'


class _ProductPage(_Page):
    def __init__(self, shop: Shop, language: Language, *, item: str) -> None:
        super().__init__(shop, language)
        self._wanted = item
        self._item = shop.catalogue.by_id.get(item)
        self.status = 200 if self._item else 404

    def title(self) -> str:
        return self.shop.catalogue.text(self._item, self.language).title if self._item else self.texts.missing

    def here(self, language: Language) -> str:
        return _address(self._wanted, language)

    def main(self) -> str:
        home = _address("", self.language, category=self._item.leaf if self._item else "")
        back = f'<p class="back"><a href="{home}">{escape(self.texts.back)}</a></p>'
        if self._item is None:
            return f"{back}<h1>{escape(self.texts.missing)}</h1>"
        item, text = self._item, self.shop.catalogue.text(self._item, self.language)
        about = f"<p>{escape(text.description)}</p>" if text.description else ""
        said = (
            f'<p class="brand">{escape(text.brand)}</p><h1>{escape(text.title)}</h1>{self._rating(item)}<p class="money">{self.price(item)}</p>'
            f"{about}{self.to_cart(item)}{self._features(item)}"
        )
        return f'{back}<article>{_picture(item)}<div class="said">{said}</div></article>{self._alike(item)}{self._described(item)}'

    def _rating(self, item: Item) -> str:
        if item.rating is None:
            return ""
        counted = self.texts.rated_by.format(count=item.rating_count) if item.rating_count else ""
        rated = self.texts.rated.format(rating=plain_number(item.rating))
        return f'<p class="rating">{escape(" · ".join(filter(None, [rated, counted])))}</p>'

    def _features(self, item: Item) -> str:
        joint = page_texts(self.language).joint
        attributes = self.shop.catalogue.text(item, self.language).attributes
        rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(joint.join(values))}</dd></div>" for name, values in attributes.items())
        return f"<h2>{escape(self.texts.features)}</h2><dl>{rows}</dl>" if rows else ""

    def _alike(self, item: Item) -> str:
        others = [other for other in self.shop.catalogue.by_leaf[item.leaf] if other.id != item.id and other.in_stock]
        nearest = sorted(others, key=lambda other: abs(other.price - item.price))[:ALIKE]
        return f"<h2>{escape(self.texts.alike)}</h2>{self.grid(nearest)}" if nearest else ""

    def _described(self, item: Item) -> str:
        """The product for machines, by which the widget knows what page it is on."""
        text = self.shop.catalogue.text(item, self.language)
        offer = {
            "@type": "Offer",
            "price": item.price,
            "priceCurrency": self.shop.currency,
            "availability": f"https://schema.org/{'InStock' if item.in_stock else 'OutOfStock'}",
        }
        product = {
            "@context": "https://schema.org",
            "@type": "Product",
            "sku": item.id,
            "name": text.title,
            "description": text.description,
            "offers": offer,
        }
        safe = json.dumps(product, ensure_ascii=False).replace("<", "\\u003c")  # so that no text ends the element
        return f'<script type="application/ld+json">{safe}</script>'


def _address(item: str, language: Language | None = None, *, category: str = "", page: int = 1) -> str:
    """The address of a product, or of the grid where `item` is empty, ready to stand in an attribute."""
    asked = {"lang": language, "category": category, "page": page if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return escape(HOME + (f"/{quote(item, safe='')}" if item else "") + (f"?{query}" if query else ""))


def _picture(item: Item) -> str:
    source = picture_url(item.image)
    image = f'<img src="{escape(source)}" alt="" width="400" height="300" loading="lazy" referrerpolicy="no-referrer">' if source else ""
    return f'<div class="picture">{image}</div>'


def _document(language: Language, title: str, body: str, *, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="/demo-shop/files/seal.svg"><link rel="stylesheet" href="/demo-shop/files/shop.css">{head}</head>'
        f"<body>{body}</body></html>"
    )


def _starting(language: Language) -> str:
    texts = page_texts(language)
    return _document(
        language, texts.assistant, f'<main class="alone"><h1>{escape(texts.waits)}</h1></main>', head=f'<meta http-equiv="refresh" content="{AGAIN}">'
    )


def _closed(language: Language) -> str:
    texts = page_texts(language)
    return _document(language, texts.assistant, f'<main class="alone"><h1>{escape(texts.closed)}</h1></main>')
