"""The desks: one contract for the store's tables and a shop's own server; then tries, the audit, and what only one of them has."""

import json
import threading
from datetime import timedelta

import pytest

from chatbot.errors import DeskError
from chatbot.order_values import Change, Proof
from chatbot.service.http_desk import HttpDesk
from chatbot.service.order_rules import MOST_TRIES_PER_ORDER, MOST_TRIES_PER_SESSION
from chatbot.service.order_store import PROOF_LASTS, OrderStore
from chatbot.service.orders import StoreDesk
from chatbot.store import Store
from tests.orders import NOW, a_row, an_order, stub_shop

NUMBER = "XM10000001"
ROW = a_row(NUMBER, "paid")


@pytest.fixture(params=["file", "memory"])
def tables(request, tmp_path):
    store = Store("sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'x.db'}")
    yield OrderStore(store)
    store.close()


@pytest.fixture(params=["store", "http"])
def desk(request, tables):
    if request.param == "store":
        yield StoreDesk(tables, [ROW], clock=lambda: NOW)
        return
    with stub_shop(an_order("paid")) as (url, _):
        yield HttpDesk(url, tables, clock=lambda: NOW)


def cancelling(before, key="k1"):
    after = an_order("cancelled", version=before.version + 1)
    return Change(session="s", key=key, operation="cancel", before=before, after=after, details={"amount": before.paid})


# ── the contract ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("proof", [Proof("ann@mail.example"), Proof("", "1234")])
def test_who_proves_it_gets_the_order(desk, proof):
    assert desk.identify(NUMBER, proof).number == NUMBER


@pytest.mark.parametrize(
    ("number", "proof"),
    [(NUMBER, Proof("eve@mail.example")), (NUMBER, Proof("", "9999")), (NUMBER, Proof()), ("XM99999999", Proof("ann@mail.example")), ("XM99999999", Proof("nobody@nowhere.example", "0000")), ("../x", Proof("", "1234"))],
)  # fmt: skip
def test_a_wrong_number_and_a_wrong_proof_get_the_same(desk, number, proof):
    assert desk.identify(number, proof) is None


def test_a_change_is_made_and_kept(desk, tables):
    before = desk.order(NUMBER)
    assert desk.change(cancelling(before)) is True
    assert (desk.order(NUMBER).state, desk.order(NUMBER).version) == ("cancelled", 1)
    (row,) = tables.audit(NUMBER)
    assert (row["session"], row["number"], row["operation"], row["before"]["state"], row["after"]["state"]) == (
        "s",
        NUMBER,
        "cancel",
        "paid",
        "cancelled",
    )
    assert row["at"].replace(tzinfo=NOW.tzinfo) == NOW


def test_the_same_change_again_is_not_made(desk, tables):
    before = desk.order(NUMBER)
    assert desk.change(cancelling(before)) is True
    assert desk.change(cancelling(before)) is False
    assert desk.order(NUMBER).version == 1
    assert len(tables.audit(NUMBER)) == 1
    assert tables.made("k1") and not tables.made("k2")


def test_a_change_of_an_order_that_has_changed_is_not_made(desk, tables):
    before = desk.order(NUMBER)
    desk.change(cancelling(before))
    assert desk.change(cancelling(before, "k2")) is None
    assert len(tables.audit(NUMBER)) == 1


def test_the_audit_has_no_personal_data(desk, tables):
    desk.change(cancelling(desk.order(NUMBER)))
    text = json.dumps(tables.audit(NUMBER), ensure_ascii=False, default=str)
    assert not any(one in text for one in ("ann@", "13800001234", "柳巷", '"Ann"'))
    assert all(one in text for one in ("a***@…", "***1234", "青禾市云溪区***"))


# ── tries ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def tried(tables, session, number=NUMBER, at=NOW):
    return tables.begin_try(session, number, at, most_per_session=MOST_TRIES_PER_SESSION, most_per_order=MOST_TRIES_PER_ORDER)


def test_a_session_has_five_tries_whichever_the_order(tables):
    assert all(tried(tables, "s", f"XM{number}") for number in range(5))
    assert tried(tables, "s", "XM5") is None
    assert tried(tables, "s", NUMBER, NOW + timedelta(days=1)) is None
    assert tried(tables, "another") is not None


def test_an_order_has_ten_tries_an_hour_whoever_makes_them(tables):
    assert all(tried(tables, f"s{number}") for number in range(10))
    assert tried(tables, "s10") is None
    assert tried(tables, "s11", "XM20000002") is not None
    assert tried(tables, "s12", at=NOW + timedelta(minutes=61)) is not None


def test_refused_tries_keep_nobody_out_for_longer(tables):
    for number in range(10):
        tried(tables, f"s{number}")
    for minute in range(60):
        assert tried(tables, f"late{minute}", at=NOW + timedelta(minutes=minute)) is None
    assert tried(tables, "owner", at=NOW + timedelta(minutes=61)) is not None


def test_a_right_try_counts_against_nobody_and_lasts_a_while(tables):
    for _ in range(8):
        tables.prove(tried(tables, "s"))
    assert tables.proved("s", NUMBER, NOW)
    assert not tables.proved("s", NUMBER, NOW + PROOF_LASTS)
    assert not tables.proved("s", "XM20000002", NOW)
    assert not tables.proved("another", NUMBER, NOW)


def test_a_wrong_try_proves_nothing(tables):
    tried(tables, "s")
    assert not tables.proved("s", NUMBER, NOW)


def test_tries_at_the_same_time_do_not_slip_through(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    tables = OrderStore(store)
    allowed, gate = [], threading.Barrier(16)

    def attempt(name):
        gate.wait()
        if tried(tables, f"s{name}") is not None:
            allowed.append(name)

    threads = [threading.Thread(target=attempt, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) <= MOST_TRIES_PER_ORDER
    store.close()


# ── the store's desk ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_confirmation_that_arrives_several_times_at_once_is_made_once(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    tables = OrderStore(store)
    desk = StoreDesk(tables, [ROW], clock=lambda: NOW)
    change, answers, gate = cancelling(desk.order(NUMBER)), [], threading.Barrier(8)

    def confirm():
        gate.wait()
        answers.append(desk.change(change))

    threads = [threading.Thread(target=confirm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["False"] * 7 + ["True"]
    assert len(tables.audit(NUMBER)) == 1
    store.close()


def test_demo_orders_never_grow_old(tables):
    now = NOW
    desk = StoreDesk(tables, [a_row(NUMBER, "delivered")], clock=lambda: now)
    assert desk.order(NUMBER).delivered == NOW - timedelta(days=3)
    now = NOW + timedelta(days=400)
    assert desk.order(NUMBER).delivered == now - timedelta(days=3)
    desk.change(Change(session="s", key="k", operation="invoice", before=desk.order(NUMBER), after=an_order("delivered", invoice="Ann", version=1)))
    now += timedelta(days=400)
    assert (desk.order(NUMBER).delivered, desk.order(NUMBER).invoice) == (now - timedelta(days=3), "Ann")


def test_demo_orders_are_loaded_once_and_a_change_survives_a_restart(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    first = Store(url)
    desk = StoreDesk(OrderStore(first), [ROW], clock=lambda: NOW)
    desk.change(cancelling(desk.order(NUMBER)))
    first.close()
    second = Store(url)
    desk = StoreDesk(OrderStore(second), [ROW, a_row("XM20000002")], clock=lambda: NOW)
    assert desk.order(NUMBER).state == "cancelled"
    assert desk.order("XM20000002").state == "paid"
    desk.renew()
    assert desk.order(NUMBER).state == "paid"
    second.close()


# ── a shop's own server ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_server_hears_what_is_asked_and_no_session(tables):
    with stub_shop(an_order("paid")) as (url, shop):
        desk = HttpDesk(url, tables, clock=lambda: NOW)
        before = desk.identify(NUMBER, Proof("", "1234"))
        desk.change(cancelling(before))
        assert shop.requests[0] == ("POST", "/api/orders/identify", {"number": NUMBER, "phone_last4": "1234"})
        method, path, body = shop.requests[1]
        assert (method, path, body["operation"], body["version"]) == ("POST", f"/api/orders/{NUMBER}/changes", "cancel", 0)
        assert shop.keys == {"k1": "cancel"}
        assert all(one and one.startswith("Basic ") for one in shop.authorization)


def test_a_change_whose_answer_was_lost_is_found_made(tables):
    """The server made it, the audit row is missing: the same key again makes nothing and mends the audit."""
    with stub_shop(an_order("paid")) as (url, shop):
        desk = HttpDesk(url, tables, clock=lambda: NOW)
        change = cancelling(desk.order(NUMBER))
        shop.keys["k1"] = "cancel"
        assert desk.change(change) is False
        assert len(tables.audit(NUMBER)) == 1


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ((500, ""), "500"), ((403, ""), "403"), ((302, ""), "302"), ((200, "<html>"), "no JSON"), ((200, "[]"), "no object"), ((200, '{"number": "XM1"}'), "lines"),
        ((200, json.dumps(a_row("XM20000002"))), "another order"),
    ],
)  # fmt: skip
def test_a_server_that_answers_otherwise_gives_one_line(tables, broken, says):
    with stub_shop(an_order("paid")) as (url, shop):
        shop.broken = broken
        with pytest.raises(DeskError, match=says) as caught:
            HttpDesk(url, tables).identify(NUMBER, Proof("", "1234"))
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value) and "ann@" not in str(caught.value)


def test_a_server_that_does_not_confirm_a_change_is_not_believed(tables):
    with stub_shop(an_order("paid")) as (url, shop):
        desk = HttpDesk(url, tables, clock=lambda: NOW)
        before = desk.order(NUMBER)
        shop.broken = (200, "{}")
        with pytest.raises(DeskError, match="repeated"):
            desk.change(cancelling(before))
        assert tables.audit(NUMBER) == ()


def test_a_server_that_is_down_gives_one_line(tables):
    with pytest.raises(DeskError, match="does not answer") as caught:
        HttpDesk("http://shop:secret@127.0.0.1:9/api", tables).order(NUMBER)
    assert "secret" not in str(caught.value)
