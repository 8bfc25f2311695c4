"""Personal data as it may be shown and logged: an e-mail as a***@…, a phone, card or identity number by its last four digits, an
address by its city.

Pure; knows no order and no language model.
"""

import re

__all__ = ["mask_address", "mask_email", "mask_phone", "mask_text"]

_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PHONE = re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?(\d{4})(?!\d)|(?<![\w.])\+\d[\d ()-]{6,}(\d{4})(?!\d)", re.ASCII)
_IDENTITY = re.compile(
    r"(?<![\w.])(?:[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(\d{3}[\dXx])|\d{3}-\d{2}-(\d{4}))(?![\w-])", re.ASCII
)
"""A Chinese identity number, by the date of birth in it, or an American one."""
_CARD = re.compile(r"(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w-])", re.ASCII)
_STREET = re.compile(
    r"(?:[\u3400-\u9fff]{2,8}?(?:省|自治区))?(?:[\u3400-\u9fff]{2,8}?市)?(?:[\u3400-\u9fff]{1,6}?[区县])?[\u3400-\u9fff]{1,8}?(?:路|街|巷|弄|大道|胡同|小区|花园|公寓)\s*[\dA-Za-z零一二三四五六七八九十-]+\s*(?:号|弄|栋|幢|座|单元|室|楼)"
    r"(?:\s*[\dA-Za-z零一二三四五六七八九十-]+\s*(?:号楼?|栋|幢|座|单元|室|楼|层))*"
    r"|\b(?:(?:flat|apt\.?|apartment|unit|suite) \w{1,5},? )?\d{1,5} (?:[A-Z][a-z'.]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Square|Place|Way|Boulevard|Terrace|Close)\b(?: \d{5,6})?"
)
"""A house in a street, in a message; a kind of place alone is none."""
_PLACE = re.compile(r"(?:[^\s,，]{2,8}?(?:省|自治区))?(?:[^\s,，]{1,8}?市)?(?:[^\s,，]{1,8}?[区县])?")


def mask_email(address: str) -> str:
    """a***@…"""
    return f"{address[:1]}***@…" if address else ""


def mask_phone(number: str) -> str:
    """***1234"""
    digits = re.sub(r"\D", "", number)
    return f"***{digits[-4:]}" if digits else ""


def mask_address(address: str) -> str:
    """Province, city and district, or what stands behind the last comma; nothing of street, house or floor."""
    flat = " ".join(address.split())
    place = _PLACE.match(flat)
    if place and place[0]:
        return f"{place[0]}***"
    behind = re.split(r"[,，]\s*", flat)[1:]
    return f"***, {re.sub(r'[0-9]', '', behind[-1]).strip()}" if behind and re.sub(r"[0-9 ]", "", behind[-1]) else "***" if flat else ""


def mask_text(text: str) -> str:
    """`text` with its e-mail addresses, identity, card and phone numbers and addresses masked."""
    text = _EMAIL.sub(lambda found: f"{found[1]}***@…", text)
    text = _IDENTITY.sub(lambda found: f"***{found[1] or found[2]}", text)
    text = _PHONE.sub(lambda found: f"***{found[1] or found[2]}", text)
    text = _CARD.sub(_masked_card, text)
    return _STREET.sub(lambda found: mask_address(found[0]), text)


def _masked_card(found: re.Match[str]) -> str:
    """A card's number has a check digit (Luhn); other long numbers are orders' and parcels'."""
    digits = [int(one) for one in found[0] if one.isdigit()]
    doubled = [2 * one - 9 * (one > 4) for one in digits[-2::-2]]
    return f"***{found[0][-4:]}" if (sum(doubled) + sum(digits[-1::-2])) % 10 == 0 else found[0]
