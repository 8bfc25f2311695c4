"""The items for a need: one search, and where it finds nothing, what else the words may mean before that is said.

Between what was understood and the recommender; phrases nothing and presents nothing.
"""

from dataclasses import dataclass, replace

from chatbot.dialogue.state import Step
from chatbot.nuances import critique_of, purse, says_nothing
from chatbot.recommending.content import Content
from chatbot.recommending.profile import Profile
from chatbot.recommending.recommender import Found, Recommender, reduced
from chatbot.shop.catalogue import Catalogue
from chatbot.timing import Clock
from chatbot.values import Interest, Plan, State, Understanding

__all__ = ["Finder", "Search"]


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, the content and the state it was found for, and the nuance of the reply. changed: see `Step`."""

    found: Found
    content: Content
    state: State
    note: str
    changed: tuple[str, ...] = ()


class Finder:
    """Read-only over one shop."""

    def __init__(self, catalogue: Catalogue, recommender: Recommender) -> None:
        self._catalogue, self._recommender = catalogue, recommender

    def find(self, plan: Plan, step: Step, understanding: Understanding, profile: Profile, clock: Clock) -> Search:
        """Find items for the need; where there are none, try the other sense of the word, then what was shown before."""
        state = step.state
        if plan.items and not state.constraints.category:  # something like that one is of its kind
            alike = self._catalogue.by_id[plan.items[0]]
            state = replace(state, constraints=replace(state.constraints, category=alike.leaf))
        fresh = state.need == (understanding.part or understanding.text,)
        interests = understanding.interests if fresh else understanding.need_interests
        words = understanding.vector if fresh else understanding.need_vector
        note = plan.note
        blank = says_nothing(understanding, state)
        if blank:
            profile = replace(profile, bought=profile.bought | profile.carted)
            interests = tuple(Interest(leaf, share) for leaf, share in profile.categories.items())
            words, note = 0 * words, "profile" if profile.known else "popular"
        again = any(not one.past for one in understanding.comparatives) or "reduced" in understanding.critiques  # the lightest may have been seen
        content = self._recommender.content(words, interests, profile, state)
        vector = content.vector
        candidates = self._recommender.candidates(vector, interests, profile, state, like=plan.items, again=again)
        clock.mark("retrieve")
        if "reduced" in understanding.critiques:
            candidates = reduced(candidates)
        pays = purse(understanding) if fresh else 1.0
        found = self._recommender.select(
            candidates, interests, profile, state, detail=understanding.detail if fresh else 1.0, purse=pays, spread=blank
        )
        clock.mark("rank")
        critique, changed = critique_of(understanding, state), step.changed
        if not found.ranked and critique == "dearer" and state.constraints.price_max is not None and understanding.constraints.price_max is None:
            # nothing dearer lies under the ceiling: it gives way, and that is said
            state = replace(state, constraints=state.constraints.without("price_max"))
            found = self._recommender.select(self._recommender.candidates(vector, interests, profile, state), interests, profile, state)
            changed = ("ceiling",) if found.ranked else changed
        if not found.ranked and understanding.ambiguous and fresh:  # 三十块以内的笔记本 can only be of paper
            state = replace(state, constraints=replace(state.constraints, category=understanding.topics[1]))
            found = self._recommender.select(self._recommender.candidates(vector, interests, profile, state), interests, profile, state)
        if not found.ranked and step.intent != "reject" and critique != "measured" and not set(understanding.critiques) - {"similar"}:
            # a wish that only what was shown already meets: that is the answer, not "nothing"
            shown_before = self._recommender.candidates(vector, interests, profile, step.state, again=True)
            found, note, state = self._recommender.select(shown_before, interests, profile, step.state), "again", step.state
        if critique == "reduced" or (not note and step.intent == "refine"):
            note = critique
        return Search(found, content, state, note, changed)
