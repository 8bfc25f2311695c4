"""The rules of orders as tables: states, windows, what cannot come back, what it costs, and the order afterwards."""

from datetime import datetime, timedelta, timezone

import pytest

from chatbot.order_values import ORDER_STATES, Proof, Terms
from chatbot.service.order_rules import Kind, applied, judge, kinds_of, possible, proves
from chatbot.shop.catalogue import Catalogue
from tests.dialogue.making import an_item
from tests.orders import NOW, an_order

TERMS = Terms(sealed_only=("Headphones: in-ear", "Skincare"), sized=("Running Shoes",))
PLAIN = Kind(colour_name="color", colours=("white", "red"))
SHOES = Kind(sized=True, sizes=tuple(str(size) for size in range(36, 46)), colour_name="color", colours=("grey", "black"))
EARBUDS = Kind(sealed_only=True, colour_name="color", colours=("white", "pink"))


def line(price=100.0, quantity=1, **parts):
    return {"item": "x", "quantity": quantity, "price": price, "chosen": {"color": "white"}, **parts}


def verdict(order, operation, lines=(), opened=None, kinds=None, now=NOW, **details):
    return judge(order, operation, lines, opened, details, kinds or [PLAIN] * len(order.lines), TERMS, now)


def delivered(days, **parts):
    return an_order("delivered", delivered=-days, shipped=-days - 1, **parts)


@pytest.mark.parametrize(
    ("state", "cancel", "address", "back", "invoice"),
    [
        ("placed", "", "", "not_delivered", "unpaid"), ("paid", "", "", "not_delivered", ""), ("packed", "", "", "not_delivered", ""), ("shipped", "shipped", "by_phone", "shipped", ""),
        ("delivered", "delivered", "delivered", "", ""), ("cancelled", "cancelled", "cancelled", "cancelled", "cancelled"), ("returned", "returned", "returned", "returned", "returned"),
    ],
)  # fmt: skip
def test_every_state(state, cancel, address, back, invoice):
    order = an_order(state)
    found = [verdict(order, one).refusal for one in ("cancel", "address", "return", "exchange", "invoice")]
    assert found == [cancel, address, back, back, invoice]


def test_the_table_has_every_state():
    assert len(ORDER_STATES) == 7


def test_cancelling_gives_all_of_it_back():
    order = an_order("paid", lines=[line(100, 2), line(59)], shipping=8, discount=20)
    assert verdict(order, "cancel").amount == 247
    assert verdict(an_order("placed"), "cancel").amount == 0


def test_made_to_order_is_cancelled_only_before_it_is_paid():
    lines = [line(special="made_to_order")]
    assert verdict(an_order("paid", lines=lines), "cancel").refusal == "made_to_order"
    assert verdict(an_order("placed", lines=lines), "cancel").refusal == ""


def test_the_address_changes_once():
    assert verdict(an_order("paid", address_changes=1), "address", address="x").refusal == "changed_before"
    assert verdict(an_order("paid"), "address").needs == "address"
    assert verdict(an_order("shipped", out_for_delivery=True), "address").refusal == "out_for_delivery"


@pytest.mark.parametrize(("days", "refusal"), [(0, ""), (6, ""), (7, ""), (8, "too_late"), (31, "too_late")])
def test_the_window_of_returns_and_exchanges(days, refusal):
    assert verdict(delivered(days), "return").refusal == refusal
    assert verdict(delivered(days), "exchange", colour="red").refusal == refusal


def test_days_are_counted_by_the_calendar_where_it_was_delivered():
    china = timezone(timedelta(hours=8))
    order = an_order("delivered", delivered=datetime(2026, 3, 10, 23, 50, tzinfo=china).isoformat())
    assert verdict(order, "return", now=datetime(2026, 3, 17, 23, 59, tzinfo=china)).refusal == ""
    assert verdict(order, "return", now=datetime(2026, 3, 17, 16, 1, tzinfo=NOW.tzinfo)).refusal == "too_late"


@pytest.mark.parametrize(("days", "refusal"), [(7, ""), (8, ""), (15, ""), (16, "too_late")])
def test_the_window_of_sizes(days, refusal):
    order = delivered(days, lines=[line(chosen={"color": "grey", "size": "42"})])
    assert verdict(order, "exchange", kinds=[SHOES], size="43").refusal == refusal


def test_another_colour_of_shoes_has_the_shorter_window():
    order = delivered(9, lines=[line(chosen={"color": "grey", "size": "42"})])
    assert verdict(order, "exchange", kinds=[SHOES], colour="black").refusal == "too_late"


@pytest.mark.parametrize(("days", "refusal"), [(90, ""), (91, "too_late")])
def test_the_window_of_invoices(days, refusal):
    assert verdict(delivered(days), "invoice").refusal == refusal


def test_a_return_costs_the_collection_and_keeps_the_delivery_fee():
    order = delivered(3, lines=[line(100, 2)], shipping=8)
    found = verdict(order, "return")
    assert (found.amount, found.fee, found.lines) == (190, 10, (0,))


def test_a_coupon_is_shared_out():
    order = delivered(3, lines=[line(100), line(300)], discount=40)
    assert verdict(order, "return", (0,)).amount == 80
    assert verdict(order, "return", (0, 1)).amount == 350


def test_a_return_never_costs_more_than_it_gives():
    assert verdict(delivered(3, lines=[line(6)]), "return").amount == 0


@pytest.mark.parametrize("special", ["made_to_order", "display", "gift_card"])
@pytest.mark.parametrize("operation", ["return", "exchange"])
def test_what_never_comes_back(special, operation):
    assert verdict(delivered(1, lines=[line(special=special)]), operation, colour="red").refusal == special


@pytest.mark.parametrize(("opened", "needs", "refusal"), [(None, "sealed", ""), (False, "", ""), (True, "", "opened")])
def test_what_comes_back_only_sealed(opened, needs, refusal):
    found = verdict(delivered(1, lines=[line()]), "return", opened=opened, kinds=[EARBUDS])
    assert (found.needs, found.refusal) == (needs, refusal)


def test_the_opened_one_stays_and_the_rest_goes():
    found = verdict(delivered(1, lines=[line(), line(50)]), "return", (0, 1), True, [EARBUDS, PLAIN])
    assert (found.lines, found.left_out, found.amount) == ((1,), ((0, "opened"),), 40)


def test_several_items_are_asked_about():
    order = delivered(1, lines=[line(), line()])
    assert verdict(order, "return").needs == "lines"
    assert verdict(order, "exchange", (0, 1)).needs == "lines"


def test_what_has_gone_back_does_not_go_back_again():
    order = delivered(1, lines=[line(state="returned"), line(50)])
    assert verdict(order, "return", (0,)).refusal == "returned"
    assert verdict(order, "return").lines == (1,)
    assert verdict(delivered(1, lines=[line(state="exchanging")]), "exchange", colour="red").refusal == "exchanging"
    assert verdict(delivered(1, lines=[line(state="exchanging")]), "return").refusal == "exchanging"


def test_large_items_are_collected_by_arrangement():
    assert verdict(delivered(1), "return", kinds=[Kind(heavy=True)]).refusal == "large"


@pytest.mark.parametrize(
    ("details", "chosen", "fee"),
    [
        ({"size": "43"}, {"size": "43"}, 0), ({"size": "+"}, {"size": "43"}, 0), ({"size": "-"}, {"size": "41"}, 0), ({"colour": "black"}, {"color": "black"}, 10),
        ({"size": "43", "colour": "black"}, {"size": "43", "color": "black"}, 0),
    ],
)  # fmt: skip
def test_an_exchange(details, chosen, fee):
    found = verdict(delivered(3, lines=[line(chosen={"color": "grey", "size": "42"})]), "exchange", kinds=[SHOES], **details)
    assert (found.details["chosen"], found.fee) == (chosen, fee)


@pytest.mark.parametrize("details", [{}, {"size": "42"}, {"size": "60"}, {"colour": "grey"}, {"colour": "gold"}])
def test_an_exchange_for_nothing_new_asks(details):
    assert verdict(delivered(3, lines=[line(chosen={"color": "grey", "size": "42"})]), "exchange", kinds=[SHOES], **details).needs == "variant"


def test_the_second_exchange_of_a_size_costs():
    order = delivered(3, lines=[line(chosen={"size": "42"}, exchanged=1)])
    assert verdict(order, "exchange", kinds=[SHOES], size="43").fee == 10


def test_no_variant_and_no_stock():
    assert verdict(delivered(1), "exchange", kinds=[Kind(colour_name="color", colours=("white",))]).refusal == "no_variant"
    assert (
        verdict(delivered(1), "exchange", kinds=[Kind(colour_name="color", colours=("white", "red"), in_stock=False)], colour="red").refusal
        == "sold_out"
    )


def test_an_invoice():
    order = an_order("paid", name="Ann")
    assert verdict(order, "invoice").needs == "title"
    assert verdict(order, "invoice", personal="yes").details["title"] == "Ann"
    assert verdict(order, "invoice", company="Acme Ltd").needs == "tax"
    assert verdict(order, "invoice", company="Acme Ltd", tax="9").details == {"title": "Acme Ltd", "tax": "9"}
    assert verdict(an_order("paid", invoice="Ann"), "invoice").refusal == "invoiced"
    assert verdict(an_order("paid", paid_with="gift_card"), "invoice").refusal == "nothing_paid"


def test_the_order_afterwards():
    order = delivered(3, lines=[line(), line(50)])
    part = applied(order, "return", verdict(order, "return", (0,)))
    assert [one.state for one in part.lines] == ["returned", ""]
    assert (part.state, part.version) == ("delivered", order.version + 1)
    assert applied(part, "return", verdict(part, "return")).state == "returned"
    paid = an_order("paid")
    assert applied(paid, "cancel", verdict(paid, "cancel")).state == "cancelled"
    moved = applied(paid, "address", verdict(paid, "address", address="18 Willow Lane"))
    assert (moved.address, moved.address_changes) == ("18 Willow Lane", 1)
    changed = applied(order, "exchange", verdict(order, "exchange", (0,), colour="red")).lines[0]
    assert (changed.state, changed.exchanged, changed.chosen) == ("exchanging", 1, {"color": "red"})
    assert applied(paid, "invoice", verdict(paid, "invoice", personal="yes")).invoice == "Ann"


def test_what_is_possible():
    assert possible(an_order("paid"), [PLAIN], TERMS, NOW) == ("cancel", "address", "invoice")
    assert possible(delivered(3), [PLAIN], TERMS, NOW) == ("return", "exchange", "invoice")
    assert possible(an_order("cancelled"), [PLAIN], TERMS, NOW) == ()


@pytest.mark.parametrize(
    ("proof", "holds"),
    [
        (Proof("ann@mail.example", ""), True), (Proof("ANN@Mail.example", ""), True), (Proof("", "1234"), True), (Proof("eve@mail.example", ""), False), (Proof("", "1235"), False), (Proof("", ""), False),
        (Proof("", "234"), False), (Proof("eve@mail.example", "1234"), True),
    ],
)  # fmt: skip
def test_a_proof(proof, holds):
    assert proves(proof, "ann@mail.example", "138 0000 1234") is holds


@pytest.mark.parametrize("proof", [Proof("", ""), Proof("x", ""), Proof("", "0000")])
def test_an_order_without_contact_is_proved_by_nothing(proof):
    assert not proves(proof, "", "")


def test_kinds_come_from_the_catalogue():
    catalogue = Catalogue((an_item("x", 10, "X"),), {})
    assert kinds_of(an_order(lines=[line()]), catalogue, Terms(sealed_only=("Laptops",)))[0].sealed_only
    assert kinds_of(an_order(lines=[line()]), catalogue, Terms(sealed_only=("x",)))[0].sealed_only
    assert not kinds_of(an_order(lines=[line()]), catalogue, Terms(sealed_only=("Laptops: in-ear",)))[0].sealed_only
    assert not kinds_of(an_order(lines=[{**line(), "item": "gone"}]), catalogue, Terms())[0].in_stock
