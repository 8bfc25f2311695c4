"""What Xiaoer says in English, by rule: every text for English shoppers that is not the shop's own stands here.

Contractions, plain verbs, no hype (see the voice guide in CONTRIBUTING.md). Pure: brief in, sentences out.
"""

from collections.abc import Callable
from dataclasses import replace

from chatbot.phrasing import en_people as people
from chatbot.phrasing.brief import Brief, Group, Sentence, led, price_relation
from chatbot.phrasing.en_orders import order_sentences
from chatbot.text import is_han
from chatbot.values import PlanKind, Product

__all__ = ["CHIPS", "REASONS", "WISHES", "apology", "point", "sentences"]

CHIPS = {
    "cheaper": "Something cheaper", "dearer": "Something better", "more": "Show me others", "compare": "Compare the first two",
    "why": "Why the first one?", "details": "More about the first one", "take": "I'll take the first one", "human": "Talk to a person",
    "returns": "Can I return it?", "delivery": "How long is delivery?", "restart": "Look at something else", "reduced": "Show me what's reduced", "other": "I meant {name}",
}  # fmt: skip

WISHES = {
    "price_max": "under {amount}", "price_min": "from {amount} up", "price_between": "between {low} and {high}", "brand": "by {value}",
    "not_brand": "other than {value}", "attribute": "{value}", "flag": "with {name}", "not_attribute": "not {value}", "not_flag": "without {name}",
    "in_stock": "in stock", "rating_min": "rated {amount} and up", "bounds": "cheaper than before", "bounds_up": "dearer than before",
    "quantity_max": "under {high}", "quantity_min": "of {low} or more", "quantity_between": "between {low} and {high}",
    "year_decade": "from the {low}s", "year_max": "up to {high}", "year_min": "from {low} on", "year_between": "from {low} to {high}", "year_just": "from {low}",
    "aspect": "{name}: {value}", "rating": "rating", "rating_value": "{amount} and up",
}  # fmt: skip

REASONS = {
    "price_max": "within {amount}", "price_min": "from {amount} up", "price_between": "between {amount} and {other}",
    "cheaper": "{amount} less than before", "dearer": "a step up, {amount} more than before", "brand": "by {value}, as you asked",
    "attribute": "{name}: {value}", "flag": "has {name}", "reduced": "reduced from {amount}", "rating": "rated {amount} by {other} shoppers",
    "stock": "in stock", "like": "like the {value} you looked at", "category": "from {value}", "lowest": "lowest price of these",
    "range": "{value}", "rated": "rated {amount}", "favoured": "same {name} as {title}, which you looked at ({value})", "favoured_newer": "same {name} as {title}, which you looked at ({value}), and newer",
}  # fmt: skip


def apology() -> str:
    """For the chat when something broke on our side."""
    return "Sorry, something went wrong on our side. Could you say that again?"


def point(name: str, value: str, flag: bool | None) -> str:
    """One attribute in a phrase: 16 GB memory, 1.1 kg, noise cancelling, no noise cancelling."""
    if flag is not None:
        return name if flag else f"no {name}"
    if name in ("weight", "type", "style"):
        return value
    if name == "sleeps":
        return f"sleeps {value}"
    return value if name.removesuffix("s") in value.lower() else f"{value} {name}"


def sentences(brief: Brief, *, opened: bool = False) -> tuple[Sentence, ...]:
    """The reply, sentence by sentence. opened: what the customer said has been picked up already, and the reply goes on from there."""
    said = [one for one in (_recommend(brief, opened=opened) if brief.kind == "recommend" else _RULES[brief.kind](brief)) if one.text]
    if opened and said and (first := said[0].text).startswith(_GO_ON):
        said[0] = replace(said[0], text=first[:1].lower() + first[1:])
    return tuple(said)


_GO_ON = ("The ", "There's ", "There are ", "Nothing ", "We ", "You ", "That's ", "Done:", "Its ", "Yes,", "No,", "Why the ")
"""Beginnings that are written small behind an opener."""


def _pick(brief: Brief, *texts: str) -> str:
    """One of several wordings, by turn, so that a conversation does not repeat itself and a test can foretell it."""
    return texts[(brief.turn - 1) % len(texts)]


def _priced(brief: Brief, product: Product) -> str:
    return f"{_the(product)} at {brief.price(product.price)}"


def _the(product: Product) -> str:
    """With an article where the title begins with the maker's name; a book's or a film's own title has none."""
    return f"the {product.title}" if product.brand and product.title.lower().startswith(product.brand.lower()) else product.title


def _the_one(product: Product) -> str:
    """A thing of a maker's with an article, a work by its own title."""
    return f"the {product.title}" if product.brand else product.title


def _titled(brief: Brief, title: str) -> str:
    return next((_the_one(product) for product in brief.products if product.title == title), f"the {title}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind(brief: Brief) -> str:
    return brief.category.lower() if brief.category else brief.nouns or "things"


def _wish(brief: Brief) -> str:
    """Wishes that stand before the noun, the noun, wishes that stand behind it."""
    behind = [wish for wish in brief.wanted if wish.split(" ")[0] in _BEHIND]
    before = [wish for wish in brief.wanted if wish not in behind]
    kind = _kind(brief)
    for wish in before:  # "desk lamp" says what kind of lamps, "keyboard" which of keyboards and mice
        plural = _PLURALS.get(wish, wish if wish.endswith("s") else f"{wish}s")
        if kind.removesuffix("s") in wish or wish in kind or plural in kind:
            before, kind = [one for one in before if one != wish], plural
    return " ".join([*before, kind, ", ".join(behind)]).strip()


_PLURALS = {"mouse": "mice"}
_BEHIND = frozenset([
    "under", "from", "between", "by", "for", "not", "other", "with", "without", "in", "rated", "cheaper", "dearer", "lighter", "heavier", "quieter",
    "louder", "longer", "shorter", "up", "of", "on",
])  # fmt: skip
"""First words of wishes that stand behind the noun."""


def _recommend(brief: Brief, *, opened: bool = False) -> list[Sentence]:
    first = brief.products[0]
    said: list[Sentence] = []
    if brief.unknown_brand:
        others = "what other makers have" if any(product.brand for product in brief.products) else "what else there is"
        said.append(Sentence(f"We don't carry {brief.unknown_brand}, so here's {others}."))
    said += _changed(brief)
    if brief.groups:
        return [*said, *(_group(brief, group) for group in brief.groups)]
    if brief.unmeasured:
        order = "of the ones before, so these are sorted by it" if brief.figures else "here, so I can't compare by it"
        said.append(Sentence(f"Our data doesn't give the {brief.unmeasured} {order}.", owes=(brief.unmeasured,)))
    figure = f", {brief.figures[first.id]}" if first.id in brief.figures else ""
    goes_on = "There's" if said else "there is"
    said.append(led(goes_on if opened else _lead(brief), f" {_priced(brief, first)}{figure}.", first))
    if brief.because:
        said.append(Sentence(f"{_capital(brief.because)}.", frozenset({first.id})))
    if text := brief.descriptions.get(first.id, ""):
        said.append(Sentence(text, frozenset({first.id})))
    said += [_other(brief, place) for place in range(1, len(brief.products))]
    if brief.note == "popular" and not brief.ask_back:
        said.append(Sentence("What sort of thing are you after?"))
    if brief.ask_back:
        said.append(Sentence(brief.ask_back))
    return said


def _changed(brief: Brief) -> list[Sentence]:
    """That of two wishes which cannot both hold the later one counts."""
    if "ceiling" in brief.changed:
        return [Sentence("A step up goes past the limit you set, so I've left that out.")]
    return [Sentence("Those two prices don't go together, so I went by the later one.")] if brief.changed else []


def _group(brief: Brief, group: Group) -> Sentence:
    """What is offered for one of several needs."""
    wish = _wish(replace(brief, wanted=group.wanted, category=group.category))
    products = [product for product in brief.products if product.id in group.products]
    if not products:
        return Sentence(f"We have no {wish} at the moment.")
    told = ", or ".join(_priced(brief, product) for product in products)
    return Sentence(f"For {wish}, there's {told}.", frozenset(group.products), tuple(product.title for product in products))


def _lead(brief: Brief) -> str:
    """How the first recommendation begins: what the shopper said comes back first."""
    if brief.note == "popular":
        return "Here are a few things people rate well, such as"
    if brief.note == "rejected":
        return "Let's try others, then:"
    if brief.note == "cheaper":
        return _pick(brief, "For less, there's", "Going down in price, see", "You'd save with")
    if brief.note == "dearer":
        return _pick(brief, "A step up is", "Going up, there's")
    if brief.note == "measured":
        return f"{_capital(brief.past)}, there's"
    if brief.note == "reduced":
        return "Reduced at the moment, there's"
    if brief.note == "another":
        return "From other makers, there's"
    if brief.note == "more":
        return _pick(brief, "There's also", "Here are some others: first")
    if brief.note == "similar":
        return "Along the same lines, there's"
    if brief.note == "profile":
        return "Going by what you've looked at, there's"
    if brief.note == "again":
        return f"Of those you've seen, {_wish(brief)}:"
    if brief.total == 1:
        return f"There's one that fits {_wish(brief)}:"
    if brief.wanted:
        return _pick(brief, f"For {_wish(brief)}, I'd go with", f"Of the {_wish(brief)}, I'd start with", f"Looking for {_wish(brief)}, see first")
    return _pick(brief, f"For {_kind(brief)}, I'd start with", "Have a look at", "I'd go with")


def _other(brief: Brief, place: int) -> Sentence:
    """A further product against the first."""
    first, other = brief.products[0], brief.products[place]
    relation = price_relation(brief.products, place)
    again = relation == "same" and place > 1 and price_relation(brief.products, place - 1) == "same"
    lead = "There's also" if again else {
        "same": "At the same price there's", "near": "For about the same money there's", "cheaper": "To save a little, there's",
        "cheapest_yet": "Cheaper still is", "also_cheaper": "Then there's", "dearer": "With more to spend, there's", "also_dearer": "You might also like",
    }[relation]  # fmt: skip
    extra = ", ".join(brief.points.get(other.id, ())[:2])
    gap = brief.money(abs(round(other.price - first.price, 2)))
    told = "" if relation in ("same", "near") else f", {gap} {'more' if other.price > first.price else 'less'}"
    return Sentence(f"{lead} {_priced(brief, other)}{told}{f' ({extra})' if extra else ''}.", frozenset({other.id}), (other.title,))


def _nothing(brief: Brief) -> list[Sentence]:
    said = [Sentence(f"We don't carry {brief.unknown_brand}.")] if brief.unknown_brand else []
    if brief.exhausted:
        return [
            *said,
            Sentence(f"That's all we have in {_wish(brief)}; you've seen them."),
            Sentence("Shall we loosen something, or look at something else?"),
        ]
    if brief.note == "not_reduced":
        return [*said, Sentence(f"No {_wish(brief)} are reduced at the moment."), Sentence("Shall I look for cheaper ones?")]
    if brief.note == "not_sold":
        return [*said, Sentence("I can't find that in the shop."), Sentence("Shall I try other words, or look for something else?")]
    if brief.note in ("cheaper", "dearer") and brief.closest:
        return [*said, Sentence(f"Nothing {brief.note} than that: {_priced(brief, brief.closest)} is where it ends.", frozenset({brief.closest.id}))]
    figure = f", {brief.figures[brief.closest.id]}" if brief.closest and brief.closest.id in brief.figures else ""
    if brief.note == "measured" and brief.closest:
        ended = f"Nothing {brief.past}: {_priced(brief, brief.closest)}{figure}, is where it ends."
        return [*said, Sentence(ended, frozenset({brief.closest.id})), *_without(brief)]
    said += _changed(brief)
    said.append(Sentence(f"We have no {_wish(brief)} at the moment."))
    if brief.closest:
        said.append(Sentence(f"The closest is {_priced(brief, brief.closest)}{figure}.", frozenset({brief.closest.id}), (brief.closest.title,)))
    return [*said, *_without(brief)]


def _without(brief: Brief) -> list[Sentence]:
    """What there would be if one wish were left out."""
    if not brief.without or brief.lowest is None or not brief.relaxed or brief.relaxed == (brief.past,):
        return []
    noun = "one" if brief.without == 1 else str(brief.without)
    verb = "there's" if brief.without == 1 else "there are"
    return [Sentence(f'Leaving out "{", ".join(brief.relaxed)}", {verb} {noun}, from {brief.money(brief.lowest)}.')]


def _compare(brief: Brief) -> list[Sentence]:
    first, second = brief.products[:2]
    both = frozenset({first.id, second.id})
    gap = round(second.price - first.price, 2)
    price = f"{brief.money(abs(gap))} {'more' if gap > 0 else 'less'}" if gap else "the same price"
    said = [
        Sentence(f"{_capital(_priced(brief, first))}; {_the(second)} is {brief.money(second.price)}, {price}.", both, (first.title, second.title))
    ]
    if brief.differences:
        said.append(
            Sentence(
                _capital(
                    "; ".join(f"{name}: both {one}" if one == other else f"{name}: {one} against {other}" for name, one, other in brief.differences)
                    + "."
                ),
                both,
            )
        )
    else:
        said.append(Sentence("Otherwise they're much alike.", both))
    cheap = first if gap > 0 else second
    rated = dict(brief.asked)
    if gap and rated:
        said.append(
            Sentence(
                f"{_capital(_the_one(cheap))} is both cheaper and better rated."
                if cheap.title == rated["best"]
                else f"To save money take {_the_one(cheap)}; {_titled(brief, rated['best'])} is the better rated.",
                both,
            )
        )
    elif gap:
        said.append(Sentence(f"If nothing else matters, {_the_one(cheap)} saves you money.", both))
    return said


def _details(brief: Brief) -> list[Sentence]:
    product = brief.products[0]
    own = frozenset({product.id})
    if not brief.asked and not brief.unknown:
        points = ", ".join(brief.points.get(product.id, ()))
        return [
            Sentence(f"{_capital(_priced(brief, product))}.", own),
            Sentence(brief.descriptions.get(product.id, ""), own),
            Sentence(f"{_capital(points)}." if points else "", own),
        ]
    said = []
    for place, (name, value) in enumerate(brief.asked):
        subject = _capital(_the(product)) if place == 0 else "It"
        said.append(Sentence(_fact(subject, name, value), own, (name,) if value in ("yes", "no") else (value,)))
    if brief.unknown:
        subject = f"The {', '.join(brief.unknown)}" + ("" if brief.asked else f" of {_the(product)}")
        said.append(
            Sentence(
                f"{subject} isn't in our data, and I'd rather not guess. {people.offer(brief, 'I can fetch a colleague to ask.')}".strip(),
                own,
                brief.unknown,
            )
        )
    return said


def _fact(subject: str, name: str, value: str) -> str:
    if name == "price":
        return f"{subject} is {value}."
    if name == "stock":
        return f"{subject} is {value}."
    if name == "color":
        *most, last = value.split(", ")
        return f"{subject} comes in {', '.join(most)} and {last}." if most else f"{subject} comes in {last}."
    if value == "yes":
        return (
            f"Yes, {subject[:1].lower() + subject[1:]} has {name}."
            if not name.endswith(("proof", "able", "less"))
            else f"Yes, {subject[:1].lower() + subject[1:]} is {name}."
        )
    if value == "no":
        return (
            f"No, {subject[:1].lower() + subject[1:]} has no {name}."
            if not name.endswith(("proof", "able", "less"))
            else f"No, {subject[:1].lower() + subject[1:]} isn't {name}."
        )
    if name in ("good for",):
        return f"{subject} is good for {value}."
    return f"Its {name} is {value}." if subject == "It" else f"{subject}: {name} {value}."


def _explain(brief: Brief) -> list[Sentence]:
    product = brief.products[0]
    own = frozenset({product.id})
    wish = f"You asked for {_wish(brief)}" if brief.wanted else f"You're looking at {_kind(brief)}"
    among = f", and {brief.total} fit" if brief.total > 1 else ""
    return [
        Sentence(f"{wish}{among}.", own),
        Sentence(f"Why {_the(product)}: {', '.join(product.reasons)}.", own, (product.title,)),
        Sentence(brief.descriptions.get(product.id, ""), own),
    ]


def _choose(brief: Brief) -> list[Sentence]:
    product = brief.products[0]
    own = frozenset({product.id})
    if not product.in_stock:
        return [
            Sentence(f"{_capital(_the(product))} is out of stock, so I can't put it in your basket.", own, (product.title,)),
            Sentence("Shall I show you something like it?"),
        ]
    if brief.note == "all_left":
        return [
            Sentence(f"There are only {brief.quantity} of {_the(product)} left, so that's how many I've put in your basket.", own, (product.title,))
        ]
    if brief.quantity > 1:
        return [
            Sentence(f"Done: {brief.quantity} of {_the(product)}, {brief.money(product.price)} each, are in your basket.", own, (product.title,)),
            Sentence("Anything else?"),
        ]
    done = brief.taken or "is in your basket"
    return [Sentence(f"Done: {_priced(brief, product)} {done}.", own, (product.title,)), Sentence("Anything else?")]


def _ask(brief: Brief) -> list[Sentence]:
    if brief.question == "which_item":
        return [Sentence("Which one do you mean?")]
    if brief.ask_back:
        return [Sentence(f"Happy to. {brief.ask_back}")]
    return [
        Sentence(
            _pick(brief, "Happy to. What sort of thing, and roughly what budget?", "What are you looking for? A use or a budget is enough to start.")
        )
    ]


def _answer(brief: Brief) -> list[Sentence]:
    if any(map(is_han, brief.answer)):
        return [Sentence("The shop has this in Chinese only; it says:"), Sentence(brief.answer)]
    asks = [Sentence("Did you mean “{}” or “{}”?".format(*(one.rstrip("?") for one in brief.choices)))] if brief.choices else []
    return [Sentence(brief.answer), *asks]


def _no_answer(brief: Brief) -> list[Sentence]:
    return [Sentence("I don't have that written down, and I'd rather not guess."), Sentence(people.offer(brief, "Shall I bring in a colleague?"))]


def _order(brief: Brief) -> list[Sentence]:
    if brief.order:
        return [*(_answer(brief) if brief.order.say == "invite" else ()), *order_sentences(brief, brief.order)]
    said = [Sentence(brief.answer)] if brief.answer else []
    offer = people.offer(brief, "If you like, a colleague will check it, so have the order number ready.")
    return [*said, Sentence("I can't see your order from here."), Sentence(offer)]


def _complaint(brief: Brief) -> list[Sentence]:
    said = [Sentence(_pick(brief, "That shouldn't have happened, and we'll sort it out.", "I see why you're annoyed; let's get this fixed."))]
    if brief.person.stake == "safety":
        said = [Sentence(people.on_safety())]
    if brief.answer:
        said.append(Sentence(brief.answer))
    if brief.person.stake and brief.person.joins:
        return [*said, Sentence("This is one for a colleague; shall I fetch one?")]
    offer = people.offer(
        brief, "Could you give me the order number, or shall I fetch a colleague straight away?", "Could you give me the order number?"
    )
    return [*said, Sentence(offer)]


def _handoff(brief: Brief) -> list[Sentence]:
    return [Sentence(one) for one in people.fetched(brief)]


def _greet(brief: Brief) -> list[Sentence]:
    return [
        Sentence(
            _pick(
                brief,
                f"Hello, this is Xiaoer at {brief.shop}. Tell me what you're after, or ask me anything about the shop.",
                "Hello again, what can I find you?",
            )
        )
    ]


def _thanks(brief: Brief) -> list[Sentence]:
    if brief.note == "declined":
        return [Sentence("Fine, I'll leave it at that. What else can I do?")]
    return [Sentence(_pick(brief, "You're welcome. I'm here if you need anything else.", "Any time."))]


def _goodbye(brief: Brief) -> list[Sentence]:
    return [Sentence(_pick(brief, "Goodbye, and come back any time.", "See you."))]


def _chitchat(brief: Brief) -> list[Sentence]:
    if brief.note == "identity":
        return [
            Sentence("I'm Xiaoer, the shop's assistant: a program, not a person."),
            Sentence(people.offer(brief, "If you'd rather have a person, say so and I'll fetch one.")),
        ]
    if brief.note == "feelings":
        return [Sentence("All good here, thanks. Anything I can find you?")]
    return [
        Sentence(
            _pick(
                brief,
                "I'm better at finding things than at small talk. What can I look for?",
                "You've got me there; I know my way round the shop, though.",
            )
        )
    ]


def _out_of_scope(brief: Brief) -> list[Sentence]:
    if brief.note == "language":
        return [Sentence("I speak Chinese and English, whichever suits you."), Sentence("What are you looking for?")]
    if brief.note == "discount":
        return [Sentence("I can't change prices."), Sentence("I can show you what's reduced at the moment, though.")]
    return [
        Sentence(
            _pick(
                brief,
                "That's outside what I can help with here. If there's something you need from the shop, I'm all yours.",
                "I can't help with that one, but ask me anything about the shop.",
            )
        )
    ]


_RULES: dict[PlanKind, Callable[[Brief], list[Sentence]]] = {
    "recommend": _recommend, "nothing_fits": _nothing, "compare": _compare, "details": _details, "explain": _explain,
    "choose": _choose, "ask": _ask, "answer": _answer, "no_answer": _no_answer, "order": _order, "complaint": _complaint,
    "handoff": _handoff, "greet": _greet, "thanks": _thanks, "goodbye": _goodbye, "chitchat": _chitchat,
    "out_of_scope": _out_of_scope,
}  # fmt: skip
