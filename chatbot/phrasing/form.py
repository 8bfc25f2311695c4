"""Whether a sentence has the form of a reply: plain text in the right language, that does not echo the prompt. Knows no claims."""

import re

from chatbot.phrasing.evidence import Facts
from chatbot.text import folded, han_share, is_han

__all__ = ["wrong_form"]

_LINK = re.compile(r"https?:|www\.|[\w.]+@[\w.]+|\b[\w-]+\.(?:com|cn|net|org|io|ly|me|click|shop|top|xyz)\b")
_MARKUP = re.compile(r"\]\(|!\[|javascript:|<\s*/?[a-z]|\{\{|data:\w+/", re.IGNORECASE)
"""A reply is plain text."""
_SLANDER = re.compile(r"骗子|黑店|坑人|致癌|奸商|\b(?:scam(?:mer)?s?|thie(?:f|ves)|crooks?|fraud(?:ster)?s?|liars?|carcinogenic)\b")
"""Never said, whoever says it first."""
_ECHO = re.compile(r"[|｜\n]|(?:^|\s)(?:facts|customer|reply|entry|go on)\s*:|事实：|顾客：|店员：|资料：|接着说|回复：", re.IGNORECASE)
_TWICE = re.compile(r"\b([a-z]{2,}) \1\b")


def wrong_form(said: str, facts: Facts, *, strict: bool) -> str:
    """What is wrong, "" where nothing is. strict: also what only a model gets wrong."""
    text = folded(said)
    if strict and _ECHO.search(said):
        return "it repeats the prompt"
    if strict and (twice := _TWICE.search(text)):
        return f"it stutters: {twice[0]}"
    if (link := _LINK.search(text)) and link[0] not in facts.told:
        return f"a link: {link[0]}"
    if strict and (markup := _MARKUP.search(said) or _SLANDER.search(text)):
        return f"it is not to be said: {markup[0]}"
    if strict and not any(map(str.isalnum, said)):
        return "it says nothing"
    if strict and (hidden := next((char for char in said if not char.isprintable()), "")):
        return f"a hidden character: {hidden!r}"
    own = text
    for title in [*_titles(facts), folded(facts.brief.answer)]:
        own = own.replace(title, " ") if title else own
    if not strict:  # rules put a shop's own words, whatever their language, into a frame that is right
        return ""
    share = han_share(own)
    if facts.brief.language == "zh" and share < 0.5 and re.search(r"[a-z]{3}", own):
        return "it is not Chinese"
    if facts.brief.language == "en" and any(map(is_han, own)) and not all(char in facts.text for char in own if is_han(char)):
        return "it is not English"
    return ""


def _titles(facts: Facts) -> list[str]:
    return sorted((folded(product.title) for product in facts.products), key=len, reverse=True)
