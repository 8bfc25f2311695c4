"""What a conversation asks for: learnt from past conversations, the items named in them and the words around them.

Several views score all items at a moment of a talk: how often an item is named, what is named together, what was given
when words were alike, what is alike by description. A conditional logit (McFadden, 1974) weighs the views; it is fitted
on moments of talks that the views of that fit have not seen. Items are rows with a text; words are TF-IDF. Knows no
catalogue, no language and no encoder.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from chatbot.errors import TrainingError

__all__ = ["ConversationModel", "ConversationSettings", "Items", "Moment", "fit_conversations", "histories_of"]

Scores = np.ndarray
"""(moments, items)."""
WORD = re.compile(r"\w+")
NOTHING = ("nothing", "nothing")
"""A vocabulary has a word, even where no text has one."""
SMOOTHING = 0.3
"""Weight of popularity against what was counted; a moment's counts add up to about 1 to 10."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A turn of the assistant in the conversation `talk`. said: the messages before it; named: rows of the items named
    before, oldest first; given: those that it then named for the first time."""

    talk: str
    said: tuple[str, ...]
    named: tuple[int, ...]
    given: tuple[int, ...]


@dataclass(frozen=True)
class Items:
    """What is known of the items before any conversation. texts: a description of each; tags: its kinds, people, brands;
    traits: by name, (items,) numbers such as a year or a price; histories: rows that one person liked, of other sources."""

    texts: Sequence[str]
    tags: Sequence[Sequence[str]]
    traits: Mapping[str, np.ndarray] = field(default_factory=dict)
    histories: Sequence[Sequence[int]] = ()

    @cached_property
    def words(self) -> TfidfVectorizer:
        return _vectorizer().fit([*self.texts, *NOTHING])

    @cached_property
    def described(self) -> csr_matrix:
        return self.words.transform(self.texts)

    @cached_property
    def _tagger(self) -> TfidfVectorizer:
        return TfidfVectorizer(analyzer=_tag_words, sublinear_tf=True).fit([*self.tags, NOTHING])

    @cached_property
    def tagged(self) -> csr_matrix:
        return self._tagger.transform(self.tags)

    def tags_in(self, texts: Sequence[str]) -> csr_matrix:
        """(texts, tags): the tags that each text says word by word, rare ones more."""
        found = CountVectorizer(vocabulary=self._tagger.vocabulary_, ngram_range=(1, 3), binary=True, token_pattern=WORD.pattern).transform(texts)
        return found @ diags(self._tagger.idf_)

    @cached_property
    def liked_together(self) -> csr_matrix:
        return _together([tuple(history) for history in self.histories], len(self.texts), shrinkage=10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSettings:
    """fade: how much an item named one earlier counts beside the next; folds: of the talks, for weighing the views;
    strong, others: the best items of every view and the random ones that a moment's weighing looks at; penalty: on the weights."""

    fade: float = 0.7
    folds: int = 4
    strong: int = 30
    others: int = 100
    penalty: float = 3.0


def histories_of(moments: Sequence[Moment]) -> list[tuple[int, ...]]:
    """Per talk all items named in it, each once."""
    talks: dict[str, dict[int, None]] = {}
    for moment in moments:
        talks.setdefault(moment.talk, {}).update(dict.fromkeys((*moment.named, *moment.given)))
    return [tuple(items) for items in talks.values()]


class _Views:
    """The views of one set of past moments."""

    def __init__(self, past: Sequence[Moment], items: Items, settings: ConversationSettings) -> None:
        self._items, self._settings = items, settings
        histories = histories_of(past)
        size = len(items.texts)
        counts = np.bincount([row for history in histories for row in history], minlength=size)
        self._share: np.ndarray = ((counts + 0.1) / (counts + 0.1).sum()).astype(np.float32)
        self._together = _together(histories, size, shrinkage=3.0)
        given = [moment for moment in past if moment.given]
        texts = [_said(moment) for moment in given]
        self._words = _vectorizer().fit([*texts, *NOTHING])
        self._spoken = self._words.transform(texts)
        self._kinds = _rows([moment.given for moment in given], size) @ items.tagged

    def scores(self, moments: Sequence[Moment]) -> dict[str, Scores]:
        """By name, what each view says of every item; no view knows what a moment gave."""
        items = self._items
        named = _rows([moment.named for moment in moments], len(items.texts), self._settings.fade)
        flat = np.ones((len(moments), 1), np.float32)
        said = [_said(moment) for moment in moments]
        spoken = self._words.transform(said) @ self._spoken.T
        views = {
            "popular": flat * np.log(self._share),
            "together": self._log(named @ self._together),
            "liked elsewhere": self._log(named @ items.liked_together),
            "alike by tags": _dense(named @ items.tagged @ items.tagged.T),
            "alike by text": _dense(named @ items.described @ items.described.T),
            "tags asked": _dense(items.tags_in(said) @ items.tagged.T),
            "kind asked": self._kind(spoken) @ items.tagged.T,
            "text asked": _dense(items.words.transform(said) @ items.described.T),
        }
        for name, trait in items.traits.items():
            views |= {name: flat * trait, f"near in {name}": _nearness(named, trait)}
        return {name: np.asarray(view, np.float32) for name, view in views.items()}

    def _kind(self, spoken: csr_matrix) -> np.ndarray:
        """(moments, tags): how much more often than usual each tag was given when words were alike."""
        return _dense(normalize(spoken, norm="l1") @ self._kinds) - np.asarray(self._kinds.mean(axis=0))

    def _log(self, counted: csr_matrix) -> Scores:
        """Shares by moment, smoothed by popularity, so that what was never seen is unlikely and not impossible; logarithms."""
        counts = _dense(counted)
        return np.log((counts + SMOOTHING * self._share) / (counts.sum(axis=1, keepdims=True) + SMOOTHING))


@dataclass(frozen=True)
class ConversationModel:
    """weights: by view."""

    weights: Mapping[str, float]
    _views: _Views

    def scores(self, moments: Sequence[Moment]) -> Scores:
        """(moments, items): higher is better; items that were named stay in, who ranks leaves them out."""
        total: np.ndarray = np.zeros((len(moments), 1), np.float32)
        for name, scores in self._views.scores(moments).items():
            total = total + np.float32(self.weights[name]) * scores
        return total


def fit_conversations(moments: Sequence[Moment], items: Items, settings: ConversationSettings | None = None) -> ConversationModel:
    """Learn from the moments of past talks. Raises TrainingError where fewer than two talks give anything."""
    chosen = settings or ConversationSettings()
    talks = {talk: number % chosen.folds for number, talk in enumerate(dict.fromkeys(moment.talk for moment in moments if moment.given))}
    if len(talks) < 2:
        raise TrainingError(f"conversations that recommend anything: {len(talks)}", fix="give two or more to learn from")
    rng = np.random.default_rng(1)
    cases: list[_Case] = []
    names: list[str] = []
    for fold in sorted(set(talks.values())):
        past = [moment for moment in moments if talks.get(moment.talk) != fold]
        held = [moment for moment in moments if talks.get(moment.talk) == fold and moment.given]
        scores = _Views(past, items, chosen).scores(held)
        names = list(scores)
        stacked = np.stack(list(scores.values()), axis=2)
        cases += [_case(stacked[number], moment, chosen, rng) for number, moment in enumerate(held)]
    weights = _weigh(cases, chosen.penalty)
    views = _Views(moments, items, chosen)
    return ConversationModel(dict(zip(names, weights.tolist(), strict=True)), views)


@dataclass(frozen=True, slots=True)
class _Case:
    """What the weighing looks at: (some items, views), which of them were given, and the logarithm of how many items each stands for."""

    scores: np.ndarray
    given: np.ndarray
    stands_for: np.ndarray


def _case(scores: np.ndarray, moment: Moment, settings: ConversationSettings, rng: np.random.Generator) -> _Case:
    """The strongest items of each view, the given ones, and random others that stand for all the rest. scores: (items, views)."""
    allowed = np.ones(len(scores), bool)
    allowed[list(moment.named)] = False
    most = min(settings.strong, len(scores))
    strong = np.zeros(len(scores), bool)
    strong[np.argpartition(-scores, most - 1, axis=0)[:most].ravel()] = True
    strong[list(moment.given)] = True
    rest = np.flatnonzero(~strong & allowed)
    others = rng.choice(rest, min(settings.others, len(rest)), replace=False)
    rows = np.concatenate([np.flatnonzero(strong & allowed), others])
    weights = np.zeros(len(rows), np.float32)
    weights[len(rows) - len(others) :] = np.log(len(rest) / max(1, len(others))) if len(others) else 0.0
    return _Case(scores[rows], np.isin(rows, moment.given), weights)


def _weigh(cases: Sequence[_Case], penalty: float) -> np.ndarray:
    """(views,): the weights under which the given items were likeliest; each view counts in units of its own spread."""
    scores = np.concatenate([case.scores for case in cases])
    spread = scores.std(axis=0) + 1e-6
    scaled = scores / spread
    offset = np.concatenate([case.stands_for for case in cases])
    starts = np.cumsum([0, *(len(case.given) for case in cases)])[:-1]
    sizes = np.diff([*starts, len(offset)])
    # Who gave five items at once does not count five times.
    given = np.concatenate([case.given / max(1.0, float(case.given.sum())) ** 0.5 for case in cases]).astype(np.float32)
    mass = np.add.reduceat(given, starts)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        values = scaled @ weights.astype(np.float32) + offset
        highest = np.repeat(np.maximum.reduceat(values, starts), sizes)
        likely = np.exp(values - highest)
        total = np.repeat(np.add.reduceat(likely, starts), sizes)
        wrong = given * (values - offset - highest - np.log(total))
        slope = scaled.T @ (given - likely / total * np.repeat(mass, sizes))
        return float(penalty / 2 * weights @ weights - wrong.sum()), (penalty * weights - slope).astype(np.float64)

    return np.asarray(minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x / spread)


def _together(histories: Sequence[Sequence[int]], size: int, shrinkage: float) -> csr_matrix:
    """(items, items): from an item to how often another came with it, less trusted where the two are rare, damped where they are frequent."""
    taken = _rows(histories, size, scaled=False)
    common = (taken.T @ taken).tocsr()
    common.setdiag(0)
    common.eliminate_zeros()
    damping = diags(1.0 / np.sqrt(np.bincount(taken.indices, minlength=size) + shrinkage))
    return csr_matrix(damping @ common @ damping, dtype=np.float32)


def _rows(lists: Sequence[Sequence[int]], size: int, fade: float = 1.0, *, scaled: bool = True) -> csr_matrix:
    """(lists, size): the last of each list counts most; each row adds up to 1 if `scaled`."""
    starts = np.cumsum([0, *map(len, lists)])
    columns = np.array([row for rows in lists for row in rows], np.int32)
    values = np.array([fade ** (len(rows) - 1 - place) for rows in lists for place in range(len(rows))], np.float32)
    matrix = csr_matrix((values, columns, starts), shape=(len(lists), size))
    return normalize(matrix, norm="l1") if scaled else matrix


def _nearness(named: csr_matrix, trait: np.ndarray) -> Scores:
    """Minus how far an item's trait is from that of the named ones; from the usual trait where none is named."""
    usual = np.asarray(named @ trait) + (1.0 - np.asarray(named.sum(axis=1)).ravel()) * float(np.median(trait))
    return -np.abs(trait[None, :] - usual[:, None])


def _tag_words(tags: Sequence[str]) -> list[str]:
    return [" ".join(WORD.findall(tag.lower())) for tag in tags]


def _vectorizer() -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)


def _said(moment: Moment) -> str:
    return "\n".join(moment.said)


def _dense(matrix: csr_matrix) -> Scores:
    return np.asarray(matrix.todense(), np.float32)
