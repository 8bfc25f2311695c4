"""Personal data as it may be shown and logged: an e-mail as a***@…, a phone, card or identity number by its last four digits, an
address by its city.

Pure; knows no order and no language model.
"""

import re

__all__ = ["mask_address", "mask_email", "mask_phone", "mask_text"]

_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PHONE = re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?(\d{4})(?!\d)|(?<![\w.])\+\d[\d ()-]{6,}(\d{4})(?!\d)", re.ASCII)
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
    """`text` with its e-mail addresses and phone numbers masked."""
    text = _EMAIL.sub(lambda found: f"{found[1]}***@…", text)
    return _PHONE.sub(lambda found: f"***{found[1] or found[2]}", text)
