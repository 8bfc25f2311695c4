"""A price as a feed writes it, in any notation → amount and currency. Knows nothing of rows and shops.

"1.299,00 €", "¥1,299", "USD 12.50", "12.50 USD", "1299元", "CHF 1'299.-", "Rs. 1,29,999.00", "1.2万元", "from $12" ...
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from chatbot.numerals import CHINESE_NUMERALS, chinese_number
from chatbot.shop.feeds.values import SHOWN_CHARACTERS

__all__ = ["CODES", "COMMA_CURRENCIES", "Mark", "Price", "currencies_of", "decimal_mark", "read_price"]

Mark = Literal[",", "."]

MOST = 1e12
"""No price is higher; more is a number of another kind (a barcode, a telephone)."""
_ISO_4217 = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP
    DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK
    LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF
    YER ZAR ZMW ZWG
"""
CODES = frozenset(_ISO_4217.split())
COMMA_CURRENCIES = frozenset({"EUR", "BRL", "DKK", "SEK", "NOK", "PLN", "TRY", "IDR", "VND", "CZK", "HUF", "RUB", "ARS", "CLP", "COP", "RON", "UAH", "ISK", "BGN", "RSD"})  # fmt: skip
"""Where the comma stands before the cents, so that 1.299 is more than a thousand."""
_SIGNS: dict[str, tuple[str, ...]] = {
    "us$": ("USD",), "hk$": ("HKD",), "nt$": ("TWD",), "au$": ("AUD",), "ca$": ("CAD",), "nz$": ("NZD",), "a$": ("AUD",), "c$": ("CAD",), "s$": ("SGD",), "r$": ("BRL",),
    "mex$": ("MXN",), "mx$": ("MXN",), "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"), "€": ("EUR",), "£": ("GBP",), "¥": ("CNY", "JPY"),
    "円": ("JPY",), "元": ("CNY", "TWD", "HKD"), "圆": ("CNY",), "块": ("CNY",), "人民币": ("CNY",), "rmb": ("CNY",), "cn¥": ("CNY",), "jp¥": ("JPY",), "港币": ("HKD",), "港元": ("HKD",),
    "美元": ("USD",), "美金": ("USD",), "欧元": ("EUR",), "英镑": ("GBP",), "日元": ("JPY",), "新台币": ("TWD",), "₹": ("INR",), "rs": ("INR", "PKR", "LKR"), "rs.": ("INR", "PKR", "LKR"),
    "₩": ("KRW",), "원": ("KRW",), "₽": ("RUB",), "руб": ("RUB",), "руб.": ("RUB",), "₺": ("TRY",), "tl": ("TRY",), "₫": ("VND",), "đ": ("VND",), "฿": ("THB",), "₴": ("UAH",), "₦": ("NGN",),
    "zł": ("PLN",), "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "SEK", "NOK", "ISK"), "kč": ("CZK",), "ft": ("HUF",), "lei": ("RON",), "лв": ("BGN",), "лв.": ("BGN",), "rp": ("IDR",),
    "rm": ("MYR",), "fr.": ("CHF",), "₱": ("PHP",), "₪": ("ILS",), "euro": ("EUR",), "euros": ("EUR",), "dollars": ("USD",),
}  # fmt: skip
"""What stands for a currency, the likeliest first; a shop's own currency wins where it is among them."""
_FREE = {"free", "免费", "gratis", "kostenlos", "gratuit", "0元购"}
_FROM = re.compile(r"^(?:from|as low as|ab|dès|desde|starting at|只要|仅需|约|起价)\s*[:：]?\s*|\s*(?:起|\+)$", re.IGNORECASE)
_EACH = re.compile(r"\s*(?:/\s*|每|per\s+)?(?:each|ea\.?|pcs?|piece|item|unit|stück|件|个|台|只|本|套|双|瓶|盒|包|条|张|人|位|晚|份)$", re.IGNORECASE)
_RANGE = re.compile(r"(?<=[\d\s.元€])\s*(?:[-–—~至]|\bto\b|\bbis\b)\s*(?=\D{0,6}\d)")
_BLANK = r"[ \u00a0\u2009\u202f]"
_FIGURE = re.compile(rf"\d(?:[\d.,'’٬٫·]|{_BLANK}(?=\d{{3}}(?!\d)))*")
_DASHES = re.compile(r"[.,]\s*[-–—]{1,2}$|(?<=\d)\s*[–—]$")


@dataclass(frozen=True, slots=True)
class Price:
    """amount: in units, not cents. currencies: those that the notation may mean, likeliest first; empty where it says none.

    lowest: it is the least of several prices. guessed: the one separator it has may have meant the other thing.
    """

    amount: float
    currencies: tuple[str, ...] = ()
    lowest: bool = False
    guessed: bool = False


def currencies_of(text: str) -> tuple[str, ...]:
    """The currencies that a sign, a word or an ISO code may mean; empty where it is none."""
    word = unicodedata.normalize("NFKC", text).strip()
    return (word.upper(),) if word.upper() in CODES else _SIGNS.get(word.lower(), ())


def read_price(value: Any, mark: Mark | None = None) -> Price | None:
    """The price that `value`, text or a number, says; None where it says none. mark: what stands before the cents in this file."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Price(float(value)) if 0 <= value <= MOST and math.isfinite(value) else None
    text = _plain(value)
    if text.lower() in _FREE:
        return Price(0.0)
    bounds = [part for part in _RANGE.split(text) if part.strip()]
    if len(bounds) == 2:
        low, high = _one(bounds[0], mark), _one(bounds[1], mark)
        if low is None or high is None or low.amount > high.amount:
            return None
        return Price(low.amount, low.currencies or high.currencies, lowest=high.amount > low.amount, guessed=low.guessed)
    return _one(text, mark)


def decimal_mark(value: Any) -> Mark | None:
    """What stands before the cents in `value`, where its notation leaves no doubt."""
    if not isinstance(value, str) or not (match := _FIGURE.search(_plain(value))):
        return None
    figure = match[0].rstrip(".,")
    marks = [char for char in figure if char in ".,"]
    if len(set(marks)) == 2:
        return "," if marks[-1] == "," else "."
    if len(marks) == 1:
        whole, cents = figure.split(marks[0])
        if len(cents) != 3 or whole == "0":
            return "," if marks[0] == "," else "."
    if len(marks) > 1:
        return "." if marks[0] == "," else ","
    return None


def _plain(value: Any) -> str:
    text = unicodedata.normalize("NFKC", str(value)[: SHOWN_CHARACTERS * 2]).strip()
    return "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cf"})


def _one(text: str, mark: Mark | None) -> Price | None:
    stripped = _FROM.sub("", text.strip())
    lowest = stripped != text.strip()
    stripped = _DASHES.sub("", _EACH.sub("", stripped).strip()).strip()
    match = _FIGURE.search(stripped)
    if not match:
        return _in_words(stripped, lowest)
    before, figure, after = stripped[: match.start()].strip(), match[0], stripped[match.end() :].strip()
    scale = 1.0
    if after[:1] in {"万", "千"}:
        scale, after = (10_000.0 if after[0] == "万" else 1000.0), after[1:].strip()
    after = _DASHES.sub("", after).strip(" -–—")
    names = [currencies_of(part) for part in (before.rstrip(":："), after) if part]
    if not all(names) or (len(names) == 2 and not set(names[0]) & set(names[1])):
        return None
    # "$12.50 USD": what both allow
    currencies = names[0] if names else ()
    if len(names) == 2:
        currencies = tuple(one for one in names[0] if one in names[1])
    read = _amount(figure.rstrip(".,"), currencies, mark)
    if read is None or not 0 <= read[0] * scale <= MOST:
        return None
    return Price(round(read[0] * scale, 4), currencies, lowest=lowest, guessed=read[1])


def _in_words(text: str, lowest: bool) -> Price | None:
    """三百元, 两千五."""
    figure = text.rstrip("元块圆")
    if not figure or any(char not in CHINESE_NUMERALS for char in figure) or (amount := chinese_number(figure)) is None:
        return None
    return Price(amount, ("CNY", "TWD", "HKD") if figure != text else (), lowest=lowest)


def _amount(figure: str, currencies: tuple[str, ...], mark: Mark | None) -> tuple[float, bool] | None:
    """(amount, whether its separator was guessed); None where the groups are not those of a number."""
    figure = re.sub(rf"{_BLANK}|['’٬·]", "", figure).replace("٫", ".")
    marks = [char for char in figure if char in ".,"]
    if not marks:
        return float(figure), False
    last = marks[-1]
    if len(set(marks)) == 2:
        if marks.count(last) != 1 or len(set(marks[:-1])) != 1:
            return None
        whole, cents = figure.rsplit(last, 1)
        return (float(f"{whole.replace(marks[0], '')}.{cents}"), False) if _grouped(whole, marks[0]) else None
    if len(marks) > 1:
        return (float(figure.replace(last, "")), False) if _grouped(figure, last) else None
    whole, cents = figure.split(last)
    if len(cents) != 3 or whole == "0" or len(whole) > 3:
        return float(f"{whole}.{cents}"), False
    if mark:
        return float(f"{whole}.{cents}" if mark == last else whole + cents), False
    thousands = last == "," or bool(currencies and currencies[0] in COMMA_CURRENCIES)
    # a comma before three digits is never doubted; a dot is, for both readings are common
    return float(whole + cents if thousands else f"{whole}.{cents}"), last == "."


def _grouped(figure: str, separator: str) -> bool:
    """Groups of three, or India's of two before the last three."""
    return bool(re.fullmatch(rf"\d{{1,3}}(?:{re.escape(separator)}\d{{2,3}})*{re.escape(separator)}\d{{3}}", figure))
