"""Message → Understanding: one pass of the network, heads and grammars side by side. Of the conversation it knows the turn before.

The grammars are the judges of numbers and names; the network of intent and mood, and of what the grammars miss; the
softmax of the interests.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, is_han
from chatbot.understanding.grammar import Found, find, without_markup
from chatbot.understanding.heads import Heads
from chatbot.understanding.interests import Interests
from chatbot.understanding.language import detect
from chatbot.understanding.needs import parts_of
from chatbot.understanding.prices import Bounds
from chatbot.understanding.ranges import read_trends
from chatbot.understanding.recipients import for_whom
from chatbot.understanding.slots import quantity_of
from chatbot.understanding.vocabulary import Match, Payload, Vocabulary, tokens
from chatbot.understanding.words import ATTRIBUTE_QUESTIONS, ORDINARY_WORDS
from chatbot.values import PLAN_KINDS, Constraints, IntentName, Interest, Language, Need, PlanKind, Slot, Understanding
from chatbot.weights.encoder import Encoder, OnnxEncoder, Reading, Turn

__all__ = ["SURE_OF_CATEGORY", "Understander"]

SURE_OF_CATEGORY = 0.6
"""Probability from which a category that no word names is taken as meant: 0.94 of such are right on the labelled needs."""
OF_EVERY_KIND = ("color", "colour", "颜色")
"""Attributes whose values mean the same everywhere: no red headphones is an answer, "kids" of another kind's type is not."""
MOST = 0.8
"""Share of a category's items from which an attribute value that is also its name tells nothing."""
SAYS_SOMETHING = 0.34
"""Detail from which a message's words shape the need's vector; the vector of a bare price points nowhere."""
CACHED_TEXTS = 2048
_TAKEN_BACK = re.compile(
    r"(?:doesn't|does not|needn't|need not|don't) (?:have|need) to be |\bforget (?:about )?(?!it\b)|(?:don't|do not) (?:care|mind) (?:about |which |what )?(?:the )?brand|不(?:一定|非)(?:要|得|是)"
)
"""A brand that is named behind these words is neither wanted nor ruled out any more."""
_ANY_BRAND = re.compile(
    r"any brand|other brands? (?:are|is|would be) (?:fine|ok|good)|(?:别的|其他|其它)(?:牌子|品牌)(?:也|都)(?:可以|行)|brand (?:doesn't|does not) matter|whatever brand|(?:牌子|品牌)(?:不限|无所谓|都行|都可以|随便)|不限(?:品牌|牌子)|[什哪][么个]牌子都"
)
_ANY_COLOUR = re.compile(r"any colou?r|colou?r (?:doesn't|does not) matter|颜色(?:不限|无所谓|都行|都可以|随便)|什么颜色都")
_POLITE = re.compile(
    r"我想要?|想买|想看|看看|买|推荐|介绍|有没有|有什么|有啥|给我|帮我|需要|一下|一[台本部双个款支辆顶把盏张口副条盒只件]|什么|哪些|哪款|比较|好的|不错的|请|麻烦|您好|你好|吗|呢|吧|的|了|个|款|点|些"
    r"|\b(?:i'?d?|want|need|to|buy|a|an|the|some|any|looking|for|look|show|me|please|recommend|good|nice|have|you|do|get|can|could|would|like|find|hi|hello|what|which|best|new|thanks|help|with|in|on|is|are|there|my)\b"
)


_Part = tuple[str, Bounds, tuple[Match, ...], tuple[str, ...]]
"""The words of one of several needs, their bounds and matches, the categories that they name."""


class Understander:
    """Wired once; `understand` may be called from several threads."""

    def __init__(
        self, reader: OnnxEncoder, encoder: Encoder, catalogue: Catalogue, interests: Interests, default: Language, soft: frozenset[str] = frozenset()
    ) -> None:
        self._soft = soft
        self._reader, self._heads = reader, Heads(reader.about)
        self._catalogue, self._interests, self._default = catalogue, interests, default
        self._vocabulary = Vocabulary(catalogue)
        self._read = lru_cache(maxsize=CACHED_TEXTS)(self._read_once)
        self._said = _Vectors(reader)
        self._vectors = self._said if encoder is reader else _Vectors(encoder)

    def _read_once(self, text: str, said: str, did: PlanKind | None) -> tuple[Found, Reading]:
        found = find(text, self._vocabulary)
        before = self._said.of(without_markup(said)) if said and did else np.zeros(self._reader.dimensions, np.float32)
        act = 1 + PLAN_KINDS.index(did) if said and did else 0
        reading = self._reader.read(Turn(found.plain, before, act, found.cues))
        self._said.keep(found.plain, reading.vector)
        return found, reading

    def understand(
        self,
        text: str,
        previous: Language | None = None,
        wanted: Language | None = None,
        need: Sequence[str] = (),
        category: str | None = None,
        said: str = "",
        did: PlanKind | None = None,
    ) -> Understanding:
        """Understand a cleaned message. previous: the conversation's language; wanted: the one the caller asks for;
        need and category: the messages and the kind of the need under way; said and did: what the shopper said in the
        turn before, and what the assistant did about it."""
        language, foreign = detect(text, previous, self._default)
        language = wanted or language
        found, reading = self._read(text, said, did)
        vector = self._vectors.of(found.plain)
        bounds = found.bounds
        slots = self._heads.slots(found.plain, reading.tags, reading.offsets)
        matches = _in_context(found.matches, slots)
        intents = self._heads.intents(reading.intent)
        interests, topics = self._interests.of(vector, bounds.rest, matches)
        detail = _detail(bounds, matches)
        need_vector, need_interests, need_topics = vector, interests, topics
        if need and not topics:
            together = " ".join([*need, text])
            need_vector = _joined([*(self._vectors.of(without_markup(one)) for one in need), *([vector] if detail >= SAYS_SOMETHING else [])])
            need_interests, need_topics = self._interests.of(need_vector, together, self._vocabulary.find(together))
        intent: IntentName = next(iter(intents))
        if foreign and intent not in ("greet", "goodbye", "thanks"):
            intent = "out_of_scope"
        needs = self._needs(found.meant, vector, slots) if intent in ("recommend", "refine") else ()
        part = ""
        if needs:
            part, bounds, matches, topics = needs[-1]
            self._vectors.keep(part, vector)  # what the message says as a whole stands for each of its parts
            need_interests, need_topics = interests, topics
        constraints, soft, unknown_brand = self._constraints(bounds, matches, topics, interests, category)
        lifted = _lifted(bounds, text)
        if (taken := _TAKEN_BACK.search(folded(text))) and (constraints.brand or constraints.not_brand or "brand" in taken[0]):
            constraints, lifted = constraints.without("brand", "not_brand"), tuple(dict.fromkeys((*lifted, "brand", "not_brand")))
        if intent in ("recommend", "refine") and not constraints.brand:
            unknown_brand = unknown_brand or _brand_not_known(slots, found.matches)
        return Understanding(
            text=text,
            language=language,
            intent=intent,
            confidence=round(intents[intent], 4),
            intents=intents,
            interests=interests,
            topics=topics,
            ambiguous=len(topics) > 1 and _same_words(matches, topics),
            constraints=constraints,
            soft=soft,
            avoided=(*_avoided(slots, found.matches), *self._unwanted(matches)),
            lifted=lifted,
            unknown_brand=unknown_brand,
            critiques=found.critiques,
            comparatives=found.comparatives,
            part=part,
            beside=tuple(self._beside(one, interests) for one in needs[:-1]),
            for_other=for_whom(text, slots),
            references=tuple(dict.fromkeys(found.references)),
            asked=self._asked(text, matches),
            known=found.known,
            trends=read_trends(found.meant, self._catalogue.trade.attributes),
            mood=self._heads.mood(reading.mood, reading.strength),
            slots=slots,
            quantity=quantity_of(slots),
            foreign=foreign,
            detail=detail,
            need_interests=need_interests,
            need_topics=need_topics,
            corrects=found.meant != found.plain,
            need_vector=need_vector,
            vector=vector,
        )

    def _needs(self, text: str, vector: np.ndarray, slots: Sequence[Slot]) -> tuple[_Part, ...]:
        """The needs of a message that holds several, in its order."""
        needs = []
        for part in parts_of(text, lambda piece: find(piece, self._vocabulary)):
            found = find(part, self._vocabulary)
            matches = _in_context(found.matches, slots)
            needs.append((part, found.bounds, matches, self._interests.of(vector, found.bounds.rest, matches)[1]))
        return tuple(needs) if all(topics for *_, topics in needs) else ()

    def _beside(self, part: _Part, interests: Sequence[Interest]) -> Need:
        text, bounds, matches, topics = part
        constraints, soft, _ = self._constraints(bounds, matches, topics, interests, None)
        return Need(texts=(text,), constraints=constraints, soft=soft)

    def _constraints(
        self, bounds: Bounds, matches: Sequence[Match], topics: Sequence[str], interests: Sequence[Interest], under_way: str | None
    ) -> tuple[Constraints, dict[str, tuple[str, ...]], str]:
        """(hard constraints, soft wishes, a brand asked for that the shop does not carry)."""
        category = self._category(matches, topics, interests)
        kind = category if topics else under_way or category
        within = self._catalogue.within(kind) if kind else frozenset()
        brands: dict[str, None] = {}
        not_brands: dict[str, None] = {}
        unknown = ""
        values: dict[str, list[str]] = {}
        not_values: dict[str, list[str]] = {}
        soft: dict[str, list[str]] = {}
        for match in matches:
            kinds = {payload.kind for payload in match.payloads}
            if "item" in kinds and "category" not in kinds:
                continue
            for payload in match.payloads:
                if payload.kind == "brand":
                    (not_brands if match.negated else brands)[payload.value] = None
                elif payload.kind == "foreign_brand":
                    if match.negated:
                        not_brands[payload.value] = None
                    else:
                        unknown = unknown or (match.phrase if is_han(match.phrase[0]) else payload.value)
            for attribute in self._attributes(match, within, bounds.rest):
                target = not_values if match.negated else soft if attribute.name in self._soft else values
                target.setdefault(attribute.name, []).append(attribute.value)
        constraints = Constraints(
            category=category,
            price_min=bounds.price_min,
            price_max=bounds.price_max,
            brand=tuple(brands),
            not_brand=tuple(not_brands),
            attributes=_distinct(values),
            not_attributes=_distinct(not_values),
            ranges=bounds.ranges,
            in_stock=bounds.in_stock,
            rating_min=bounds.rating_min,
        )
        return constraints, _distinct(soft), unknown

    def _category(self, matches: Sequence[Match], topics: Sequence[str], interests: Sequence[Interest]) -> str | None:
        """The category that is meant: a wider one where a wider one is named, a leaf else."""
        if self._catalogue.trade.kind and (topics or self._sure(interests)):
            return self._widest(topics[0] if topics else interests[0].category)
        if topics:
            wider = [
                payload.value
                for match in matches
                if not match.negated
                for payload in match.payloads
                if payload.kind == "category" and payload.value not in self._catalogue.category_by_leaf
            ]
            if len(topics) > 1 and wider and not any(self._names_leaf(match) for match in matches):
                return wider[-1]
            return topics[0]
        return interests[0].category if self._sure(interests) else None

    @staticmethod
    def _sure(interests: Sequence[Interest]) -> bool:
        return bool(interests) and interests[0].probability >= SURE_OF_CATEGORY

    def _widest(self, leaf: str) -> str:
        """The widest category of a leaf, where an attribute says the narrowest one."""
        return self._catalogue.category_by_leaf[leaf].path[0]

    def _names_leaf(self, match: Match) -> bool:
        return any(payload.kind == "category" and payload.value in self._catalogue.category_by_leaf for payload in match.payloads)

    def _unwanted(self, matches: Sequence[Match]) -> tuple[str, ...]:
        """Words ruled out that items have among others (hot pot): what says them in its title comes last too."""
        together = self._catalogue.trade.together
        return tuple(match.phrase for match in matches if match.negated and any(payload.name in together for payload in match.payloads))

    def _attributes(self, match: Match, within: frozenset[str], text: str) -> tuple[Payload, ...]:
        """The attribute values that `match` stands for: one, or all of that attribute where the owner gave several the same word."""
        found = self._attribute(match, within, text)
        if not found or found[0].name not in self._catalogue.trade.attributes:
            return found
        return (*found, *(payload for payload in match.payloads if payload.name == found[0].name and payload not in found))

    def _attribute(self, match: Match, within: frozenset[str], text: str) -> tuple[Payload, ...]:
        """The attribute value that `match` stands for among the items of the category, several where each is enough, or none.

        Where several attributes have the value (16 GB of memory, of storage), the one named in the message counts,
        else the one that most items have.
        """
        payloads = [payload for payload in match.payloads if payload.kind in ("value", "flag")]
        by_kind = any(payload.name == self._catalogue.trade.kind for payload in payloads)
        if not payloads or (len(within) > 1 and not by_kind and any(payload.kind == "category" for payload in match.payloads)):
            return ()
        items = [item for leaf in within for item in self._catalogue.by_leaf[leaf]] if within else self._catalogue.items
        scored = []
        for payload in payloads:
            count = sum(payload.value in item.attributes.get(payload.name, ()) for item in items)
            names = [payload.name, *(self._catalogue.attribute_name(payload.name, language) for language in ("zh", "en"))]
            if not by_kind and any(other.kind == "category" for other in match.payloads) and count >= MOST * len(items):
                continue  # "headphones" says nothing of headphones, "desk lamp" something of lamps
            if count or (payload.name in OF_EVERY_KIND and any(payload.name in item.attributes for item in items)):
                scored.append((any(name.lower() in text for name in names), count, payload))
        if not scored:
            return ()
        best = max(scored, key=lambda entry: entry[:2])[2]
        return tuple(payload for _, _, payload in scored if payload.name == best.name)

    def _asked(self, text: str, matches: Sequence[Match]) -> tuple[str, ...]:
        """The fields and attributes that the message asks about, canonical."""
        plain = folded(text)
        questions = {**ATTRIBUTE_QUESTIONS, **{name: words.asks for name, words in self._catalogue.trade.attributes.items() if words.asks}}
        asked = {name: None for name, patterns in questions.items() if any(re.search(pattern, plain) for pattern in patterns)}
        for match in matches:
            names = dict.fromkeys(payload.name for payload in match.payloads if payload.kind in ("flag", "value"))
            if names and not asked.keys() & names.keys():
                asked["|".join(names)] = None  # one phrase, several attributes: whichever the item has
        for name, other in self._vocabulary.attribute_names.items():
            if len(name) >= 2 and (name in plain or _apart(name, plain)):
                asked.setdefault(other)
                asked.pop("size", None)  # 噪音多大 asks of the noise
        return tuple(asked)


class _Vectors:
    """Query vectors of the last texts: the messages of a need and the one before are wanted again in later turns."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._lock = encoder, threading.Lock()
        self._kept: OrderedDict[str, np.ndarray] = OrderedDict()

    def of(self, text: str) -> np.ndarray:
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        vector = self._encoder.queries([text])[0]
        self.keep(text, vector)
        return vector

    def keep(self, text: str, vector: np.ndarray) -> None:
        with self._lock:
            self._kept[text] = vector
            self._kept.move_to_end(text)
            if len(self._kept) > CACHED_TEXTS:
                self._kept.popitem(last=False)


def _apart(name: str, text: str) -> bool:
    """Whether a name of two English words stands in the text with others between: "keep the water warm"."""
    words = name.split()
    return (
        len(words) == 2
        and name.isascii()
        and bool(re.search(rf"\b{re.escape(words[0])}s? (?:the|my|it|a|your) (?:\w+ )?{re.escape(words[1])}\b", text))
    )


def _distinct(values: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys(found)) for name, found in values.items()}


def _in_context(matches: Sequence[Match], slots: Sequence[Slot]) -> tuple[Match, ...]:
    """The matches as the network reads the words around them.

    What it takes for ruled out is negated ("leather I can't stand" has no negator before it); an ordinary word is a brand
    only where it is read as one (苹果手机, 削苹果的刀), and no kind of thing where it is read as a property (a light jacket).
    """
    said = {name: [f" {' '.join(tokens(slot.text))} " for slot in slots if slot.name == name] for name in ("exclusion", "brand", "item", "attribute")}
    fitting = []
    for match in matches:
        words = f" {' '.join(tokens(match.phrase))} "
        payloads = match.payloads
        ruled_out = any(words in one for one in said["exclusion"])
        marked = any(words in one for name in ("brand", "item", "exclusion") for one in said[name])
        if match.phrase in ORDINARY_WORDS and not marked and not _before_a_kind(match, matches):
            payloads = tuple(payload for payload in payloads if payload.kind not in ("brand", "foreign_brand"))
        if words in said["attribute"] and not _names_both(payloads):
            payloads = tuple(payload for payload in payloads if payload.kind != "category")
        if payloads:
            fitting.append(replace(match, payloads=payloads, negated=match.negated or ruled_out))
    return tuple(fitting)


def _names_both(payloads: Sequence[Payload]) -> bool:
    """Whether a word names a kind and the value of an attribute that says the same."""
    return bool({one.value for one in payloads if one.kind == "category"} & {one.value for one in payloads if one.kind == "value"})


def _before_a_kind(match: Match, matches: Sequence[Match]) -> bool:
    """Whether the name of a kind of thing follows at once: 苹果手机, 小米的耳机."""
    return any(0 <= other.start - match.end <= 1 and any(payload.kind == "category" for payload in other.payloads) for other in matches)


def _brand_not_known(slots: Sequence[Slot], matches: Sequence[Match]) -> str:
    """A brand that the network marked and that no word of the catalogue stands for."""
    known = [match.phrase for match in matches]
    return next((slot.text for slot in slots if slot.name == "brand" and not any(one in folded(slot.text) for one in known)), "")


def _avoided(slots: Sequence[Slot], matches: Sequence[Match]) -> tuple[str, ...]:
    """What the network reads as ruled out and no word of the catalogue stands for, folded; an English plural as its singular."""
    words = [folded(slot.text) for slot in slots if slot.name == "exclusion"]
    unknown = [one for one in words if (len(one) > 2 or is_han(one[0])) and not any(match.phrase in one for match in matches)]
    return tuple(one[:-1] if re.fullmatch(r"[a-z ]+[^s\W]s", one) else one for one in unknown)


def _same_words(matches: Sequence[Match], topics: Sequence[str]) -> bool:
    """Whether one phrase named the two likeliest topics."""
    return any({topics[0], topics[1]} <= {payload.value for payload in match.payloads if payload.kind == "category"} for match in matches)


def _joined(vectors: Sequence[np.ndarray]) -> np.ndarray:
    """One vector for several messages of a need: their mean, unit length."""
    mean = np.mean(vectors, axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _detail(bounds: Bounds, matches: Sequence[Match]) -> float:
    """How much is said beyond the kind of thing, its price and polite words: words left over, three make 1."""
    text = bounds.rest
    for match in matches:
        if any(payload.kind == "category" for payload in match.payloads):
            text = text.replace(match.phrase, " ")
    text = _POLITE.sub(" ", text)
    words = len(re.findall(r"[a-z]{3,}", text)) + sum("\u3400" <= char <= "\u9fff" for char in text) / 2
    return min(1.0, words / 3)


def _lifted(bounds: Bounds, text: str) -> tuple[str, ...]:
    plain = folded(text)
    lifted = ["price_min", "price_max"] if bounds.any_price else []
    if _ANY_BRAND.search(plain):
        lifted += ["brand", "not_brand"]
    if _ANY_COLOUR.search(plain):
        lifted += ["color"]
    return tuple(lifted)
