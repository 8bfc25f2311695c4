"""Fits the weights of the recommended content, and says what the fit is worth on shoppers that it has not seen.

The shoppers are simulated over the shop's own catalogue. Each has a hidden target: one item. What they say is its kind, or
a few of its attributes, or a piece of its description, or nothing; what they looked at shares attributes, brand and price
with it, with noise; what they disliked is of its kind and shares little. Likeness is counted in attributes and not in
the vectors that are fitted, or the fit would find its own tail. Needs with a labelled kind
(`knowledge/training/interests.jsonl`), of whose shoppers nothing else is known, hold the balance of words and interests.
Real shoppers may differ from all of it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chatbot.errors import TrainingError
from chatbot.recommending.content import RELEVANT_INTEREST, ContentWeights, compose
from chatbot.recommending.profile import Profile, profile_of
from chatbot.shop.catalogue import Catalogue
from chatbot.shop.index import Index
from chatbot.understanding.understander import Understander
from chatbot.values import LANGUAGES, Constraints, Event, Interest, Item, State

__all__ = ["GUESS", "fit_content", "simulated"]

GUESS = ContentWeights(interests=0.25, profile=0.35, away=0.0)
"""The weights before they were fitted."""
SHOPPERS, FOLDS = 1500, 5
GRID: Mapping[str, tuple[float, ...]] = {
    "interests": (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
    "profile": (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0),
    "away": (0.0, 0.05, 0.1, 0.15, 0.2, 0.35, 0.5),
}
ROUNDS = 4
"""Rounds of the coordinate search; three change nothing any more."""
SEEN, DISLIKED = 6, 2
"""Items that a shopper has looked at and disliked, at most."""
STRAY = 0.25
"""Share of what was looked at that has nothing to do with the target."""
LABELLED = "labelled needs"
DEPTH = 10
DISCOUNTS = 1 / np.log2(np.arange(2, DEPTH + 2))
PARTS = ("words", "interests", "profile", "away")


@dataclass(frozen=True, slots=True)
class Case:
    """One shopper. parts: of the content, unweighted; may: which items may be offered, (items,); gains: what each is worth; group: which data it is of;
    fold: by the target's kind."""

    parts: Mapping[str, np.ndarray]
    may: np.ndarray
    gains: np.ndarray
    group: str
    fold: int


def fit_content(
    catalogue: Catalogue, index: Index, understander: Understander, needs: Path, tell: Callable[[str], object], *, seed: int = 1
) -> dict[str, float]:
    """Fit on four folds of the kinds, judge on the fifth, for each of five; then fit on all. The figures, by name."""
    cases = [*simulated(catalogue, index, understander, SHOPPERS, seed), *_labelled(catalogue, index, understander, needs)]
    table = _table(cases, index.item_vectors)
    tell(f"{len(cases)} shoppers and needs")
    judged: dict[str, dict[str, list[float]]] = {}
    for fold in range(FOLDS):
        fitted, held = _search(table.of(table.folds != fold)), table.of(table.folds == fold)
        tell(f"without fold {fold + 1}: {_said(fitted)}")
        for group, guess, gain in zip(held.groups, held.judged(GUESS), held.judged(fitted), strict=True):
            of_group = judged.setdefault(str(group), {"guess": [], "fitted": []})
            of_group["guess"].append(float(guess))
            of_group["fitted"].append(float(gain))
    figures: dict[str, float] = {}
    for group, gained in sorted(judged.items()):
        difference = np.subtract(gained["fitted"], gained["guess"])
        figures |= {f"{group}, guess": float(np.mean(gained["guess"])), f"{group}, fitted": float(np.mean(gained["fitted"]))}
        figures[f"{group}, standard error of the difference"] = float(difference.std() / np.sqrt(len(difference)))
    final = _search(table)
    tell(f"on all: {_said(final)}")
    return figures | {f"weight of {name}": getattr(final, name) for name in GRID}


def simulated(catalogue: Catalogue, index: Index, understander: Understander, count: int, seed: int) -> list[Case]:
    """Shoppers whose words and behaviour point at a hidden item."""
    chance = np.random.default_rng(seed)
    items = [item for item in catalogue.items if item.in_stock and len(catalogue.by_leaf[item.leaf]) > SEEN + DISLIKED]
    if not items:
        raise TrainingError(f"no kind of this shop has more than {SEEN + DISLIKED} items", fix="fit on a larger catalogue")
    cases = []
    for _ in range(count):
        target = items[int(chance.integers(len(items)))]
        seen, disliked = _behaviour(target, catalogue, chance)
        profile = profile_of([*(Event("dislike", name) for name in disliked), *(Event("view", name) for name in seen)], catalogue, index.item_vectors)
        group, text = _words(target, chance)
        gains = np.zeros(len(catalogue), np.float32)
        gains[catalogue.rows[target.id]] = 1.0
        cases.append(_case(text, group, profile, target.leaf, gains, catalogue, index, understander, hidden=(*seen, *disliked)))
    return cases


def _labelled(catalogue: Catalogue, index: Index, understander: Understander, needs: Path) -> list[Case]:
    """Labelled needs of shoppers of whom nothing else is known: every item of the kind is right."""
    nobody = profile_of((), catalogue, index.item_vectors)
    cases = []
    for line in needs.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["named"] or row["category"] not in catalogue.leaf_rows:
            continue  # where the kind is named it is a hard constraint, and the vector decides nothing of it
        gains = np.array([item.leaf == row["category"] for item in catalogue.items], np.float32)
        cases.append(_case(row["text"], LABELLED, nobody, row["category"], gains, catalogue, index, understander))
    if not cases:
        raise TrainingError(f"{needs} has no need of this shop's kinds", fix="label some of the shop's own")
    return cases


def _case(
    text: str, group: str, profile: Profile, leaf: str, gains: np.ndarray, catalogue: Catalogue, index: Index, understander: Understander,
    hidden: Sequence[str] = (),
) -> Case:  # fmt: skip
    """The parts as a turn makes them; the kinds that are named or likely bound what may be offered, as they do there."""
    state, interests, words = State(need=(text,)), tuple(Interest(kind, share) for kind, share in profile.categories.items()), None
    if text:
        understood = understander.understand(text, None)
        state = replace(state, constraints=Constraints(category=understood.constraints.category))
        interests, words = understood.interests, understood.vector
    vector = np.zeros(index.item_vectors.shape[1], np.float32) if words is None else words
    parts = {}
    for name in PARTS:
        only = ContentWeights(**(dict.fromkeys(PARTS, 0.0) | {name: 1.0}))
        content = compose(vector, interests, profile, state, catalogue, index.category_vectors, only)
        parts[name] = content.vector * content.parts.get(name, 0.0)
    within = catalogue.within(state.constraints.category) if state.constraints.category else None
    if within is None:  # of no certain kind: the likely ones, as in a turn
        within = frozenset(one.category for one in interests if one.probability >= RELEVANT_INTEREST)
    may = np.array([item.in_stock and (not within or item.leaf in within) for item in catalogue.items])
    may[[catalogue.rows[name] for name in hidden]] = False
    return Case(parts, may, gains, group, catalogue.leaf_rows[leaf] % FOLDS)


def _behaviour(target: Item, catalogue: Catalogue, chance: np.random.Generator) -> tuple[list[str], list[str]]:
    """(looked at, disliked): the likelier of the kind the more it shares with the target, or the less; some of anything."""
    others = [item for item in catalogue.by_leaf[target.leaf] if item.id != target.id]
    shared = np.array([_shared(item, target) for item in others])
    likely = np.exp(4 * shared)
    count = int(chance.integers(1, SEEN + 1))
    seen = [others[row].id for row in chance.choice(len(others), count, replace=False, p=likely / likely.sum())]
    seen = [catalogue.items[int(chance.integers(len(catalogue)))].id if chance.random() < STRAY else name for name in seen]
    unlikely = np.exp(-4 * shared)
    refused = [others[row].id for row in chance.choice(len(others), int(chance.integers(DISLIKED + 1)), replace=False, p=unlikely / unlikely.sum())]
    seen = [name for name in dict.fromkeys(seen) if name != target.id]
    return seen, [name for name in refused if name not in seen]


def _shared(one: Item, other: Item) -> float:
    """How much two items have in common, 0 to 1: values of their attributes, brand, price."""
    names = set(one.attributes) | set(other.attributes)
    same = sum(bool(set(one.attributes.get(name, ())) & set(other.attributes.get(name, ()))) for name in names)
    near = 1.0 - min(1.0, abs(float(np.log((one.price + 1) / (other.price + 1)))))
    return 0.5 * same / max(1, len(names)) + 0.2 * (one.brand == other.brand) + 0.3 * near


def _words(target: Item, chance: np.random.Generator) -> tuple[str, str]:
    """(group, what the shopper says)."""
    language = LANGUAGES[int(chance.integers(len(LANGUAGES)))]
    text = target.text(language)
    kind = int(chance.integers(4))
    if kind == 0:
        return "nothing said", ""
    if kind == 1:
        return "kind said", text.category[-1]
    values = [value for several in text.attributes.values() for value in several]
    picked = [values[row] for row in chance.choice(len(values), min(2, len(values)), replace=False)] if values else []
    joint = "，" if language == "zh" else ", "
    if kind == 2:
        return "kind and attributes said", joint.join([text.category[-1], *picked])
    pieces = [piece for piece in text.description.replace("。", ".").replace("，", ".").replace(",", ".").split(".") if piece.strip()]
    return "description said", pieces[int(chance.integers(len(pieces)))].strip() if pieces else text.category[-1]


@dataclass(frozen=True, slots=True)
class _Table:
    """All cases at once. scores: of every item by part, (cases, items); may: which items may be offered; gains: of those, else 0; groups, folds: (cases,)."""

    scores: Mapping[str, np.ndarray]
    may: np.ndarray
    gains: np.ndarray
    ideal: np.ndarray
    groups: np.ndarray
    folds: np.ndarray

    def of(self, taken: np.ndarray) -> "_Table":
        scores = {name: part[taken] for name, part in self.scores.items()}
        return _Table(scores, self.may[taken], self.gains[taken], self.ideal[taken], self.groups[taken], self.folds[taken])

    def judged(self, weights: ContentWeights) -> np.ndarray:
        """NDCG at DEPTH of each case."""
        total = np.where(self.may, sum(getattr(weights, name) * part for name, part in self.scores.items()), -np.inf)
        best = np.argpartition(-total, DEPTH, axis=1)[:, :DEPTH]
        order = np.argsort(-np.take_along_axis(total, best, axis=1), axis=1, kind="stable")
        return np.take_along_axis(self.gains, np.take_along_axis(best, order, axis=1), axis=1) @ DISCOUNTS / self.ideal

    def worth(self, weights: ContentWeights) -> float:
        """Needs that people wrote count as much as all simulated shoppers together, and of these each group as much as another."""
        gains = self.judged(weights)
        means = {str(group): float(gains[self.groups == group].mean()) for group in np.unique(self.groups)}
        labelled = means.pop(LABELLED, None)
        simulated = float(np.mean(list(means.values())))
        return simulated if labelled is None else (labelled + simulated) / 2


def _table(cases: Sequence[Case], vectors: np.ndarray) -> _Table:
    may, gains = np.stack([case.may for case in cases]), np.stack([case.gains * case.may for case in cases])
    ideal = np.cumsum(DISCOUNTS)[np.clip(gains.sum(1).astype(int), 1, DEPTH) - 1]
    scores = {name: np.stack([vectors @ case.parts[name] for case in cases]).astype(np.float32) for name in PARTS}
    return _Table(scores, may, gains, ideal, np.array([case.group for case in cases]), np.array([case.fold for case in cases]))


def _search(table: _Table) -> ContentWeights:
    """The best weights on the grid, one after the other, until none changes."""
    best = GUESS
    for _ in range(ROUNDS):
        before = best
        for name, values in GRID.items():
            best = max((replace(best, **{name: value}) for value in values), key=table.worth)
        if best == before:
            break
    return best


def _said(weights: ContentWeights) -> str:
    return f"interests {weights.interests:g}, profile {weights.profile:g}, away {weights.away:g}"
