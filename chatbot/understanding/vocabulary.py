"""The words of a catalogue, found in a message: categories, brands, attribute values and whole items.

Built once from the catalogue, in every language it has; typos are forgiven (edit distance for Latin words, same sound
for Chinese ones); a negator before a word turns it into an exclusion. Says what was found and where, decides nothing.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz.distance import OSA

from chatbot.numerals import DIGITS
from chatbot.quantities import quantity
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, is_han
from chatbot.understanding.ranges import YEAR
from chatbot.understanding.words import ALSO_CALLED, COVERED, KNOWN_BRANDS, NEGATORS, NO, SHORT_FORMS, UNITS, YES
from chatbot.values import LANGUAGES

__all__ = ["Match", "Vocabulary"]

Kind = Literal["category", "brand", "foreign_brand", "value", "flag", "item"]
_SAY_NOTHING = frozenset({"all", "any", "one", "no", "yes", "other", "both", "light", "standard", "plain", "matter", "simple"})
"""Values that mean something else in most messages."""
NEGATION_REACH = 18
"""Characters between a negator and the word it rules out: "don't want anything in black"."""
SPELLINGS = {"grey": "gray", "gray": "grey", "moisturiser": "moisturizer", "jewellery": "jewelry", "colour": "color"}
_TOKEN = re.compile(r"[\u3400-\u9fff]|[a-z0-9][a-z0-9.'+-]*[a-z0-9+]|[^\W_]", re.UNICODE)
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(" + "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True)) + r")(?![a-z])")
_NEGATED = re.compile(NEGATORS + rf"[^,.;!?]{{0,{NEGATION_REACH}}}$")
_WITHOUT = re.compile(r"(?:没有?|不带)$")
_NO_USE = re.compile(r"的?(?:就|都)?(?:不行|不要|不考虑|算了|免谈)")
"""没有降噪不行: what must not be missing is wanted."""
_RULED_OUT = re.compile(r"的?(?:就|都|也)?(?:不要|不考虑|不喜欢|除外|就算了)(?=[，。,.！!？?；;\s]|$)")
"""灰色的不要: a negator at the end of its clause rules out what stands right before it."""
TYPE_NAMES = frozenset({"type", "kind", "style", "类型", "种类", "款式"})
"""Attributes that say what sort of its kind a thing is."""
_ARTICLES = frozenset({"the", "a", "an"})
_TOO = re.compile(r"(?:别|不要|不想要|不)(?:太|那么|这么)\s*$|\bnot (?:too|so|very)\s*$")
"""Before what an item is (scary) it is refused; before what it has more or less of (heavy) it is a matter of degree."""
_PEOPLE = re.compile(
    r"([一二两三四五六七八])个?人|\b(one|two|three|four|five|six|seven|eight) (?:people|persons?|adults?)\b"
    r"|\bfor (two|three|four|five|six)\b(?=\s*(?:$|[,.?!]|of us|under|below|and\b|with\b|please))"
)
_SPOKEN_DIGITS = {word: value for value, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight"], 1)}
_JOINED = re.compile(r"\s*(?:的?\s*(?:和|或者?|以及|跟|、|还有)|or|and|nor|/)\s*(?:the |a |any )?")


@dataclass(frozen=True, slots=True)
class Payload:
    """What a phrase stands for: name is the attribute's (of a value or a flag), value the canonical value."""

    kind: Kind
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One phrase found in a message, with everything it may stand for."""

    start: int
    end: int
    phrase: str
    payloads: tuple[Payload, ...]
    negated: bool
    exact: bool = True


class Vocabulary:
    """Finds the words of one catalogue. Immutable after it is made, so it may be shared between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._phrases: dict[tuple[str, ...], dict[Payload, None]] = {}
        self._quantities: dict[tuple[str, str], dict[Payload, None]] = {}
        self._correct: set[str] = set()
        self.trade, self.items = catalogue.trade, catalogue.by_id
        self.attribute_names: dict[str, str] = {}
        """What attributes are called, folded → canonical."""
        self.attributes_called: dict[str, list[str]] = {}
        """The same, with all attributes of a name."""
        self._add_catalogue(catalogue)
        self._add_trade(catalogue)
        self._by_sound = self._sounds()
        self._typo_targets = self._targets()
        self.longest = max((len(phrase) for phrase in self._phrases), default=1)
        self.numbers = _numbers(catalogue)
        """What the numbers of an attribute measure, by its name, of those that the shop calls numbers."""
        self.lent = {name: _called(catalogue, name) for name, words in self.trade.attributes.items() if words.borrowed}
        """What an attribute is called, folded, of those that may be asked for by another item."""

    # ── building ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _add_catalogue(self, catalogue: Catalogue) -> None:
        for words in catalogue.categories:
            common = [catalogue.category_name(words.leaf, language) for language in LANGUAGES]
            for name in dict.fromkeys([words.leaf, *words.names.values(), *words.extra, *common]):
                for form in (name, *SHORT_FORMS.get(name, ())):
                    self._add(form, Payload("category", words.leaf))
            for level, upper in enumerate(words.path[:-1]):
                for path in (words.path, *words.paths.values()):
                    if len(path) == len(words.path):
                        self._add(path[level], Payload("category", upper))
        for item in catalogue.items:
            for text in item.texts.values():
                self._add(text.brand, Payload("brand", item.brand))
                self._correct.update(tokens(text.title) + tokens(text.description))
            for text in {id(one): one for language in LANGUAGES for one in (catalogue.text(item, language), item.texts[""])}.values():
                for (name, values), (own, canonical) in zip(text.attributes.items(), item.attributes.items(), strict=False):
                    self.attribute_names[folded(name)] = own
                    if own not in (called := self.attributes_called.setdefault(folded(name), [])):
                        called.append(own)
                    if self.trade.attribute(own).number == YEAR:
                        continue  # 1994 is read as a range, and 2046 is a title
                    self._add_attribute(name, values, own, canonical)
        self._join_kinds(catalogue)
        self._add_items(catalogue)
        owned = {item.brand.lower(): item.brand for item in catalogue.items}
        for spelling, brand in KNOWN_BRANDS.items():
            payloads = self._phrases.setdefault(tuple(tokens(spelling)), {})
            if carried := owned.get(brand.lower()):
                payloads[Payload("brand", carried)] = None  # 苹果, of a shop that writes Apple
            elif not any(payload.kind in ("brand", "value", "flag") for payload in payloads):
                payloads[Payload("foreign_brand", brand)] = None

    def _add_attribute(self, name: str, values: Sequence[str], own: str, canonical: Sequence[str]) -> None:
        for value, target in zip(values, canonical, strict=False):
            if value.lower() in YES | NO:
                if value.lower() in YES:
                    for form in (name, *ALSO_CALLED.get(folded(name), ())):
                        self._add(form, Payload("flag", target, own))
                    if len(words := name.split()) == 2:
                        self._add(f"{words[1]} {words[0]}", Payload("flag", target, own))  # height adjustable
                        self._add(f"{words[0].removesuffix('s')} {words[1]}", Payload("flag", target, own))  # lie flat
                continue
            payload = Payload("value", target, own)
            if quantity := _QUANTITY.fullmatch(folded(value)):
                self._quantities.setdefault((f"{float(quantity[1]):g}", UNITS[quantity[2]]), {})[payload] = None
            elif len(value) == 1 and is_han(value):
                self._add(value + "款", payload)  # 女 alone would be found in 女朋友
            elif not re.fullmatch(r"[\d\W]+", value):
                for form in (value, *ALSO_CALLED.get(folded(value), ())):
                    self._add(form, payload)
                for wish, parts in COVERED.items():
                    if any((word in tokens(value)) if word.isascii() else (word in value) for word in parts):
                        self._add(wish, payload)
                if len(value) == 2 and value.endswith("色"):
                    for ending in "的款":  # 白的, 黑款
                        self._add(value[0] + ending, payload)

    def _join_kinds(self, catalogue: Catalogue) -> None:
        """Phrases that say a kind and its type at once get both: a dining chair is a chair, a robot vacuum is of the type robot."""
        leaves: dict[Payload, set[str]] = {}
        for item in catalogue.items:
            for name in TYPE_NAMES & item.attributes.keys():
                for value in item.attributes[name]:
                    leaves.setdefault(Payload("value", value, name), set()).add(item.leaf)
        for phrase, payloads in list(self._phrases.items()):
            kinds = {payload.value for payload in payloads if payload.kind == "category"}
            types = [payload for payload in payloads if payload in leaves]
            for cut in range(1, len(phrase)):
                if kinds and not types:
                    payloads |= {one: None for one in self._phrases.get(phrase[:cut], {}) if leaves.get(one, set()) & kinds}
                elif types and not kinds:
                    owners = set().union(*(leaves[one] for one in types))
                    payloads |= {one: None for one in self._phrases.get(phrase[cut:], {}) if one.kind == "category" and one.value in owners}

    def _add_trade(self, catalogue: Catalogue) -> None:
        """The owner's further words for attributes and values, the narrowest categories as values, and parts of people's names."""
        for name, words in self.trade.attributes.items():
            self.attribute_names.update({folded(other): name for other in words.names})
            for value, others in words.values.items():
                for other in others:
                    self._add(other, Payload("value", value, name))
            if words.people:
                self._add_people(catalogue, name)
        if kind := self.trade.kind:
            values = {value for item in catalogue.items for value in item.attributes.get(kind, ())}
            for payloads in self._phrases.values():
                for payload in [one for one in payloads if one.kind == "category" and one.value in values]:
                    payloads[Payload("value", payload.value, kind)] = None
            for words_of in catalogue.categories:
                for value in (words_of.leaf, *self.trade.attribute(kind).values.get(words_of.leaf, ())):
                    self._add(value, Payload("category", words_of.leaf))
                if name := catalogue.attribute_value(words_of.leaf, "zh"):
                    self._add(name, Payload("category", words_of.leaf))

    def _add_people(self, catalogue: Catalogue, name: str) -> None:
        """A part of a name that only one of them has names that one: Nolan, 诺兰. Words that the catalogue's texts use small are none."""
        owners: dict[str, set[str]] = {}
        spoken = {word for item in catalogue.items for text in item.texts.values() for word in re.findall(r"\b[a-z]{3,}\b", text.description)}
        for item in catalogue.items:
            for text in item.texts.values():
                for person, canonical in zip(
                    dict(zip(item.attributes, text.attributes.values(), strict=False)).get(name, ()), item.attributes.get(name, ()), strict=False
                ):
                    for part in _parts(person):
                        if part not in spoken:
                            owners.setdefault(part, set()).add(canonical)
        for part, found in owners.items():
            if len(found) == 1:
                self._add(part, Payload("value", next(iter(found)), name))

    def _add_items(self, catalogue: Catalogue) -> None:
        """The beginnings of a title that no other item shares: "norin air 13", "诺林 air 13"; or whole titles alone."""
        owners: dict[tuple[str, ...], set[str]] = {}
        for item in catalogue.items:
            for text in item.texts.values():
                if self.trade.whole_titles:
                    for whole in _wholes(text.title):
                        for form in (whole, _without_accents(whole)):
                            self._phrases.setdefault(tuple(tokens(form)), {})[Payload("item", item.id)] = None
                    continue
                title, brand = tokens(text.title), tokens(text.brand)
                lead = len(brand) + 1 if title[: len(brand)] == brand else 2
                lead += bool(title and title[0] in _ARTICLES)  # "sorry for the long message" is about no Long Grain Line
                for length in range(max(2, lead), len(title) + 1):
                    owners.setdefault(tuple(title[:length]), set()).add(item.id)
                model = title[len(brand) :] if title[: len(brand)] == brand else []
                for length in range(2, len(model) + 1):  # "ease 2": a model's name is said without its maker's
                    if model[0].isascii() and model[0].isalpha() and any(word.isdigit() for word in model[:length]):
                        owners.setdefault(tuple(model[:length]), set()).add(item.id)
        for phrase, found in owners.items():
            if len(found) == 1 and len("".join(phrase)) >= 4:
                self._phrases.setdefault(phrase, {})[Payload("item", next(iter(found)))] = None

    def _add(self, phrase: str, payload: Payload) -> None:
        words = tokens(phrase)
        if not words or len(phrase) > 60 or (len(words) == 1 and words[0] in _SAY_NOTHING):
            return
        self._phrases.setdefault(tuple(words), {})[payload] = None
        if words[-1].isascii() and words[-1].isalpha() and len(words[-1]) > 2:
            for other in _other_numbers(words[-1]):
                self._phrases.setdefault((*words[:-1], other), {})[payload] = None
        if (plain := tuple(tokens(_without_accents(phrase)))) != tuple(words):
            self._phrases.setdefault(plain, {})[payload] = None
        if any(word in SPELLINGS for word in words):
            self._phrases.setdefault(tuple(SPELLINGS.get(word, word) for word in words), {})[payload] = None
        self._correct.update(words)

    def _sounds(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Chinese brands and categories of three characters or more, by how they sound without tones."""
        from pypinyin import lazy_pinyin

        named = (
            phrase
            for phrase, payloads in self._phrases.items()
            if len(phrase) >= 3 and all(map(is_han, phrase)) and any(payload.kind in ("brand", "category") for payload in payloads)
        )
        return {tuple(lazy_pinyin("".join(phrase))): phrase for phrase in named}

    def _targets(self) -> dict[str, list[tuple[str, ...]]]:
        """Single Latin words worth correcting to, by first letter."""
        targets: dict[str, list[tuple[str, ...]]] = {}
        for phrase, payloads in self._phrases.items():
            if len(phrase) == 1 and phrase[0].isascii() and phrase[0].isalpha() and len(phrase[0]) >= 5:
                if any(payload.kind in ("brand", "category", "value") for payload in payloads):
                    targets.setdefault(phrase[0][0], []).append(phrase)
        return targets

    # ── finding ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, message: str) -> tuple[Match, ...]:
        """Every match, longest first at each place, in the order of the message."""
        text = folded(message)
        spans = [(found.start(), found.end()) for found in _TOKEN.finditer(text)]
        words = [text[start:end] for start, end in spans]
        found = list(self._find_quantities(text))
        taken = [(match.start, match.end) for match in found]
        at = 0
        while at < len(words):
            if any(start <= spans[at][0] < end for start, end in taken):
                at += 1
                continue
            length, payloads, exact = self._longest_at(words, at)
            if payloads:
                start, end = spans[at][0], spans[at + length - 1][1]
                found.append(Match(start, end, text[start:end], payloads, False, exact))
            at += max(1, length)
        return tuple(_with_negation(text, sorted(found, key=lambda match: match.start), self.trade.together))

    def _longest_at(self, words: Sequence[str], at: int) -> tuple[int, tuple[Payload, ...], bool]:
        for length in range(min(self.longest, len(words) - at), 0, -1):
            if payloads := self._phrases.get(tuple(words[at : at + length])):
                if length == 1 and is_han(words[at]) and (misspelt := self._misspelt_at(words, at))[1]:
                    return misspelt  # 笔计本 is a notebook, not a pen
                return length, tuple(payloads), True
        return self._misspelt_at(words, at)

    def _misspelt_at(self, words: Sequence[str], at: int) -> tuple[int, tuple[Payload, ...], bool]:
        word = words[at]
        if is_han(word):
            from pypinyin import lazy_pinyin

            for length in (5, 4, 3):
                piece = words[at : at + length]
                if len(piece) == length and all(map(is_han, piece)) and (right := self._by_sound.get(tuple(lazy_pinyin("".join(piece))))):
                    return length, tuple(self._phrases[right]), False
        elif word.isalpha() and len(word) >= 5 and word not in self._correct and word not in _SAY_NOTHING:
            allowed = 1 if len(word) < 8 else 2
            near = [(OSA.distance(word, phrase[0], score_cutoff=allowed), phrase) for phrase in self._typo_targets.get(word[0], ())]
            if near and min(near)[0] <= allowed:
                return 1, tuple(self._phrases[min(near)[1]]), False
        return 1, (), True

    def _find_quantities(self, text: str) -> Iterator[Match]:
        for match in _PEOPLE.finditer(text):  # 四个人, four people
            digit = DIGITS.get(match[1] or "") or _SPOKEN_DIGITS.get(match[2] or match[3] or "", 0)
            if payloads := self._quantities.get((str(digit), "people")):
                yield Match(match.start(), match.end(), match[0], tuple(payloads), False)
        for match in _QUANTITY.finditer(text):
            number, unit = f"{float(match[1]):g}", UNITS[match[2]]
            payloads = dict(self._quantities.get((number, unit), {}))
            if unit == "g":
                payloads |= self._quantities.get((number, "gb"), {})  # 16g内存
            if payloads:
                yield Match(match.start(), match.end(), match[0], tuple(payloads), False)


def _numbers(catalogue: Catalogue) -> dict[str, str]:
    """Attribute → YEAR, or what its first quantity measures."""
    found: dict[str, str] = {}
    for name, words in catalogue.trade.attributes.items():
        values = (value for item in catalogue.items for value in item.attributes.get(name, ()))
        if words.number == YEAR:
            found[name] = YEAR
        elif words.number and (first := next((one for value in values if (one := quantity(value))), None)):
            found[name] = first.kind
    return found


def _called(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    names = (name, *(catalogue.attribute_name(name, language) for language in LANGUAGES), *catalogue.trade.attribute(name).names)
    return tuple(dict.fromkeys(map(folded, names)))


def _without_accents(text: str) -> str:
    """Almodovar, for who types Almodóvar without its accent."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)) if not text.isascii() else text


def _wholes(title: str) -> tuple[str, ...]:
    """A title, and what stands before its colon where that is several words."""
    head = re.split(r"[:：]", title)[0]
    return (title, head) if head != title and len(tokens(head)) > 1 else (title,)


def _parts(person: str) -> tuple[str, ...]:
    """What alone names a person: the last part of a name, and the first where it is written in the eastern order."""
    if any(map(is_han, person)):
        return tuple(part for part in person.split("·")[-1:] if "·" in person and len(part) > 1)
    parts = folded(person).split()
    return tuple(part for part in (parts[-1], *(parts[:1] if "-" in parts[-1] else ())) if len(part) >= 4) if len(parts) > 1 else ()


def tokens(text: str) -> list[str]:
    """The words of `text`: Latin words whole, Chinese character by character."""
    return _TOKEN.findall(folded(text))


def _with_negation(text: str, matches: Sequence[Match], together: frozenset[str]) -> Iterator[Match]:
    """A negator rules out the first match behind it, and those joined to that one by "and" or "or"."""
    before, negated = 0, False
    for match in matches:
        gap, ruled_out = text[before : match.start], _RULED_OUT.match(text, match.end)
        negated = bool(_NEGATED.search(gap)) or (negated and bool(_JOINED.fullmatch(gap)))
        negated |= bool(_TOO.search(gap)) and any(payload.name in together for payload in match.payloads)
        negated = (negated or bool(ruled_out)) and not (_WITHOUT.search(gap) and _NO_USE.match(text, match.end))
        yield replace(match, negated=negated)
        before = ruled_out.end() if ruled_out else match.end  # 黑色的不要，诺林的最好: its negator is spent


def _other_numbers(word: str) -> tuple[str, ...]:
    """The plural of a singular and the other way round, in the regular ways."""
    if word.endswith("ies"):
        return (word[:-3] + "y",)
    if word.endswith(("ches", "shes", "xes", "sses")):
        return (word[:-2],)
    if word.endswith("s") and not word.endswith("ss"):
        return (word[:-1],)
    if word.endswith(("ch", "sh", "x", "ss")):
        return (word + "es",)
    return (word[:-1] + "ies",) if word.endswith("y") and word[-2] not in "aeiou" else (word + "s",)
