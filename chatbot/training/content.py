"""Fits the weights of the recommended content, and says what the fit is worth on shoppers that it has not seen.

The shoppers are simulated over the shop's own catalogue. Each has a hidden target: one item. What they say is its kind, or
a few of its attributes, or a piece of its description, or nothing; what they looked at shares attributes, brand and price
with it, with noise; what they disliked is of its kind and shares little. Likeness is counted in attributes and not in
the vectors that are fitted, or the fit would find its own tail. Needs with a labelled kind
(`knowledge/training/interests.jsonl`), of which nothing else is known, hold the balance of words and interests.
Real shoppers may differ from all of it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chatbot.errors import TrainingError
from chatbot.recommending.content import ContentWeights, compose
from chatbot.recommending.profile import Profile, profile_of
from chatbot.shop.catalogue import Catalogue
from chatbot.shop.index import Index
from chatbot.understanding.understander import Understander
from chatbot.values import LANGUAGES, Event, Interest, Item, State

__all__ = ["GUESS", "fit_content", "simulated"]

GUESS = ContentWeights(interests=0.25, profile=0.35, away=0.0)
"""The weights before they were fitted."""
SHOPPERS, FOLDS = 1500, 5
GRID: Mapping[str, tuple[float, ...]] = {
    "interests": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0),
    "profile": (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0),
    "away": (0.0, 0.05, 0.1, 0.2, 0.35, 0.5),
}
ROUNDS = 4
"""Rounds of the coordinate search; three change nothing any more."""
SEEN, DISLIKED = 6, 2
"""Items that a shopper has looked at and disliked, at most."""
STRAY = 0.25
"""Share of what was looked at that has nothing to do with the target."""
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One shopper: the parts of the content, which items may be offered, (items,), and the gain of each. group: which data it is of; fold: by target."""

    parts: Mapping[str, np.ndarray]
    open: np.ndarray
    gains: np.ndarray
    group: str
    fold: int


def fit_content(
    catalogue: Catalogue, index: Index, understander: Understander, needs: Path, tell: Callable[[str], object], *, seed: int = 1
) -> dict[str, float]:
    """Fit on four folds of the kinds, judge on the fifth, for each of five; then fit on all. The figures, by name."""
    cases = [*simulated(catalogue, index, understander, SHOPPERS, seed), *_labelled(catalogue, index, understander, needs)]
    groups = tuple(dict.fromkeys(case.group for case in cases))
    scores = {name: np.stack([index.item_vectors @ case.parts[name] for case in cases]) for name in ("words", "interests", "profile", "away")}
    figures: dict[str, float] = {}
    folds = np.array([case.fold for case in cases])
    judged: dict[str, list[np.ndarray]] = {"guess": [], "fitted": []}
    for fold in range(FOLDS):
        fitted = _search(cases, scores, folds != fold, groups)
        tell(f"fold {fold + 1}: {_said(fitted)}")
        for name, weights in (("guess", GUESS), ("fitted", fitted)):
            judged[name].append(_gains(cases, scores, weights, folds == fold))
    order = np.concatenate([np.flatnonzero(folds == fold) for fold in range(FOLDS)])
    named = np.array([cases[row].group for row in order])
    for group in groups:
        guess, fitted_gain = (np.concatenate(judged[name])[named == group] for name in ("guess", "fitted"))
        difference = fitted_gain - guess
        figures |= {f"{group} guess": float(guess.mean()), f"{group} fitted": float(fitted_gain.mean())}
        figures[f"{group} difference"] = float(difference.mean())
        figures[f"{group} standard error"] = float(difference.std() / np.sqrt(len(difference)))
    final = _search(cases, scores, np.ones(len(cases), bool), groups)
    return figures | {"weight of interests": final.interests, "weight of profile": final.profile, "weight of away": final.away}


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
        cases.append(_case(row["text"], "labelled needs", nobody, row["category"], gains, catalogue, index, understander))
    return cases


def _case(
    text: str, group: str, profile: Profile, leaf: str, gains: np.ndarray, catalogue: Catalogue, index: Index, understander: Understander,
    hidden: Sequence[str] = (),
) -> Case:  # fmt: skip
    """The parts as a turn makes them; a kind that the words name bounds what may be offered, as it does there."""
    state, interests, words = State(need=(text,)), tuple(Interest(kind, share) for kind, share in profile.categories.items()), None
    if text:
        understood = understander.understand(text, None)
        state = replace(state, constraints=replace(state.constraints, category=understood.constraints.category))
        interests, words = understood.interests, understood.vector
    vector = np.zeros(index.item_vectors.shape[1], np.float32) if words is None else words
    parts = {}
    for name in ("words", "interests", "profile", "away"):
        only = ContentWeights(**{"words": 0.0, "interests": 0.0, "profile": 0.0, "away": 0.0} | {name: 1.0})
        content = compose(vector, interests, profile, state, catalogue, index.category_vectors, only)
        parts[name] = content.vector * content.parts.get(name, 0.0)
    within = catalogue.within(state.constraints.category) if state.constraints.category else None
    may = np.array([item.in_stock and (within is None or item.leaf in within) for item in catalogue.items])
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


def _gains(cases: Sequence[Case], scores: Mapping[str, np.ndarray], weights: ContentWeights, taken: np.ndarray) -> np.ndarray:
    """NDCG at DEPTH of each case that is taken."""
    rows = np.flatnonzero(taken)
    total = sum(getattr(weights, name) * scores[name][rows] for name in scores)
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    found = []
    for row, values in zip(rows, np.asarray(total), strict=True):
        case = cases[row]
        best = np.argsort(-np.where(case.open, values, -np.inf), kind="stable")[:DEPTH]
        gained = float((case.gains[best] * case.open[best]) @ discounts[: len(best)])
        ideal = float(discounts[: max(1, min(DEPTH, int((case.gains * case.open).sum())))].sum())
        found.append(gained / ideal)
    return np.array(found)


def _search(cases: Sequence[Case], scores: Mapping[str, np.ndarray], taken: np.ndarray, groups: Sequence[str]) -> ContentWeights:
    """The best weights on a grid, one after the other, until none changes: of the mean over the groups, so that no group outvotes the others."""
    named = np.array([case.group for case in cases])[taken]

    def worth(weights: ContentWeights) -> float:
        gains = _gains(cases, scores, weights, taken)
        return float(np.mean([gains[named == group].mean() for group in groups if (named == group).any()]))

    best = GUESS
    for _ in range(ROUNDS):
        before = best
        for name, values in GRID.items():
            best = max((replace(best, **{name: value}) for value in values), key=worth)
        if best == before:
            break
    return best


def _said(weights: ContentWeights) -> str:
    return f"interests {weights.interests:g}, profile {weights.profile:g}, away {weights.away:g}"
