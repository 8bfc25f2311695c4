"""Several needs in one conversation: one is talked about, the others wait. Pure."""

from collections.abc import Sequence
from dataclasses import fields, replace

from chatbot.values import Constraints, Need, State, Understanding

__all__ = ["shared_constraints", "turned_to"]


def turned_to(state: State, understanding: Understanding, items: Sequence[str]) -> State | None:
    """The state that talks about the waiting need that a message names ("and the mouse?"), or whose item it is about; None where there is none."""
    if not state.beside:
        return None
    said, about = understanding.constraints, (items or state.focus)[:1]
    if understanding.topics or any(
        said.category and said.category == need.constraints.category != state.constraints.category for need in state.beside
    ):
        best = max(state.beside, key=lambda need: _likeness(need.constraints, said))
        if _likeness(best.constraints, said) <= max(0, _likeness(state.constraints, said)):
            return None
    else:
        of_it = [need for need in state.beside if set(about) & set(need.shown)]
        if not of_it:
            return None
        best = of_it[0]
    waiting = Need(texts=state.need, constraints=state.constraints, soft=state.soft, avoided=state.avoided, shown=state.shown)
    return replace(
        state, need=best.texts, constraints=best.constraints, soft=best.soft, avoided=best.avoided, shown=best.shown,
        last=best.shown, focus=tuple(name for name in state.focus if name in best.shown), below=None, above=None, bounds=(),
        beside=(*(need for need in state.beside if need is not best), waiting),
    )  # fmt: skip


def shared_constraints(state: State, understanding: Understanding) -> Constraints:
    """What holds for every item of the reply: where a message brings several needs, only what all of them ask for."""
    needs = (state.constraints, *(need.constraints for need in state.beside)) if understanding.beside else (state.constraints,)
    differing = [field.name for field in fields(Constraints) if any(getattr(one, field.name) != getattr(needs[0], field.name) for one in needs)]
    return state.constraints.without(*differing)


def _likeness(wanted: Constraints, said: Constraints) -> int:
    """0 for another kind; of one kind, more where attributes that both name agree (键盘, 鼠标), less than 0 where they do not."""
    if wanted.category != said.category:
        return 0
    both = wanted.attributes.keys() & said.attributes.keys()
    return 1 + sum(1 if set(wanted.attributes[name]) & set(said.attributes[name]) else -3 for name in both)
