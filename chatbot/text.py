"""A message made ready to be read: one form for every spelling of the same characters. Knows no words.

`clean` is what is stored and shown; `folded` is what grammars match on. Both keep untrusted text harmless to them:
control characters and unpaired surrogates are gone, full-width forms are plain, runs of blanks are one.
"""

import re
import unicodedata

__all__ = ["clean", "compact", "folded", "han_share", "is_han"]

_TRADITIONAL = "內萬塊圓兩間從過貴換還個嗎這顏預價錢電腦機筆記請買雙鞋門開關無點紅藍綠黃銀圖書寫讀聽說訂單貨運費發票號碼壞幫轉麼樣種條張輛"
_SIMPLIFIED = "内万块圆两间从过贵换还个吗这颜预价钱电脑机笔记请买双鞋门开关无点红蓝绿黄银图书写读听说订单货运费发票号码坏帮转么样种条张辆"
_SIMPLE = str.maketrans("’‘–—−～" + _TRADITIONAL, "''---~" + _SIMPLIFIED)
"""Typographic marks, and the traditional characters that the grammars' words are written with."""
_BLANKS = re.compile(r"\s+")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str, longest: int) -> str:
    """`text` without control, format and broken characters, one blank at a time, at most `longest` characters."""
    kept = "".join(" " if char in "\t\n\r" else char for char in text[: longest * 2])
    kept = "".join(char for char in kept if unicodedata.category(char) not in _INVISIBLE)
    return _BLANKS.sub(" ", kept).strip()[:longest].rstrip()


def folded(text: str) -> str:
    """Lower case, full-width forms made plain (NFKC), typographic quotes and dashes made simple."""
    return unicodedata.normalize("NFKC", text).lower().translate(_SIMPLE)


def compact(text: str) -> str:
    """`text` folded and without blanks, for comparing names across spellings."""
    return _BLANKS.sub("", folded(text))


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def han_share(text: str) -> float:
    """The share of Chinese among the words of `text`, 0 to 1: one and a half characters count as a word."""
    han = sum(map(is_han, text)) / 1.5
    latin = len(re.findall(r"[^\W\d_]+", "".join(" " if is_han(char) else char for char in text)))
    return han / (han + latin) if han + latin else 0.0
