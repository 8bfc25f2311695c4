"""What lasts: a state comes back as it was, sessions see only themselves, errors are ours."""

import sqlite3
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from chatbot.errors import MessageError, SessionUnknown, StoreError
from chatbot.order_values import Ordering
from chatbot.store import Store, new_session
from chatbot.values import Bound, Constraints, Need, State, Trend

PROJECT = Path(__file__).resolve().parent.parent
FULL = State(
    turn=3, language="zh", need=("我想买笔记本", "便宜点"),
    constraints=Constraints(
        category="Laptops", price_min=1.5, price_max=5000.0, brand=("Norin",), not_brand=("Pax", "Brio"), attributes={"color": ("black", "silver")},
        not_attributes={"touchscreen": ("yes",)}, in_stock=True, rating_min=4.5, ranges={"weight": (None, 1300.0)},
    ),
    soft={"good for": ("gaming",)}, avoided=("pod",), asked=("weight",), below=4999.0, above=None, shown=("a", "b"), last=("b",), focus=("b",), rejected=("c",), offered_human=True, failures=1, declined=2,
    said="便宜点", did="recommend", trends=(Trend("weight", -1),),
    order=Ordering(number="XM1", operation="return", awaits="confirm", choices=("a",), picked=(0,), lines=(0, 1), opened=False, details={"size": "43"}, said="退货", key="k", version=2),
    for_other=True, bounds=(Bound("weight", -1, "1.1 kg"), Bound("screen|size", 1)),
    beside=(Need(texts=("一个鼠标",), constraints=Constraints(category="Mice", price_max=99.0, attributes={"type": ("mouse",)}), soft={"good for": ("travel",)}, avoided=("red",), shown=("m",)),),
)  # fmt: skip


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    found = Store("sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'deep' / 'er' / 'x.db'}")
    yield found
    found.close()


def test_a_state_comes_back_as_it_was(store):
    assert all(getattr(FULL, field.name) != getattr(State(), field.name) for field in fields(State) if field.name != "above")
    session = new_session()
    store.add_turn(session, FULL, "hello", {"text": "你好"})
    assert store.state(session) == FULL


def test_a_state_survives_a_restart(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    first = Store(url)
    first.add_turn("s", FULL, "hello", {"text": "hi"})
    first.close()
    second = Store(url)
    assert second.state("s") == FULL
    assert second.turns("s")[0].message == "hello"
    second.close()


def test_a_new_session_is_fresh_and_empty(store):
    assert store.state("nobody") == State()
    assert store.events("nobody") == ()
    assert not store.exists("nobody")
    with pytest.raises(SessionUnknown):
        store.turns("nobody")


def test_session_ids_are_128_random_bits():
    made = {new_session() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in made)


def test_two_sessions_see_only_themselves(store):
    one, two = new_session(), new_session()
    store.add_turn(one, FULL, "mine", {"text": "for one"})
    store.add_event(two, "like", "lap-1")
    assert store.state(two) == State()
    assert store.turns(two) == ()
    assert store.events(one) == ()
    store.add_turn(two, State(turn=1), "yours", {"text": "for two"})
    assert [turn.message for turn in store.turns(one)] == ["mine"]
    assert [turn.message for turn in store.turns(two)] == ["yours"]
    assert store.state(one) == FULL


def test_turns_and_events_come_in_their_order(store):
    for number in range(1, 13):
        store.add_turn("s", State(turn=number), f"message {number}", {"n": number})
        store.add_event("s", "view", f"item {number}")
    assert [turn.turn for turn in store.turns("s")] == list(range(1, 13))
    assert [(event.type, event.item) for event in store.events("s")] == [("view", f"item {number}") for number in range(1, 13)]


def test_a_turn_is_kept_whole_or_not_at_all(store):
    store.add_turn("s", State(turn=1), "first", {})
    with pytest.raises(StoreError):
        store.add_turn("s", State(turn=1, need=("changed",)), "again", {})
    assert store.state("s") == State(turn=1)


def test_feedback_is_kept_with_its_turn(store):
    store.add_turn("s", State(turn=1), "hi", {})
    assert store.turns("s")[0].liked is None
    store.add_feedback("s", 1, True)
    assert store.turns("s")[0].liked is True
    store.add_feedback("s", 1, False, "x" * 10_000)
    assert store.turns("s")[0].liked is False


def test_feedback_on_nothing_is_refused(store):
    store.add_turn("s", State(turn=1), "hi", {})
    with pytest.raises(SessionUnknown):
        store.add_feedback("nobody", 1, True)
    with pytest.raises(MessageError, match="no turn 9"):
        store.add_feedback("s", 9, True)


WRITERS = """
import sys, threading
from chatbot.store import Store
from chatbot.values import State

store, failures = Store(sys.argv[1]), []

def write(name):
    try:
        for number in range(1, 11):
            store.add_event(f"s{name % 2}", "view", f"{name}-{number}")
            store.add_turn(f"own{name}", State(turn=number), "hi", {"n": number})
    except Exception as error:
        failures.append(error)

threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
assert len(store.events("s0")) == len(store.events("s1")) == 30
assert all(len(store.turns(f"own{name}")) == 10 for name in range(6))
assert store.counts() == {"sessions": 8, "turns": 60, "events": 60}
"""


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_threads_write_at_the_same_time(kind, tmp_path):
    """In a process of its own, because a driver that is used wrongly takes the process with it."""
    url = "sqlite://" if kind == "memory" else f"sqlite:///{tmp_path / 'x.db'}"
    done = subprocess.run([sys.executable, "-c", WRITERS, url], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[:3]


def test_two_processes_write_at_the_same_time(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = Store(url)
    script = (
        "import sys; from chatbot.store import Store; s = Store(sys.argv[1]); [s.add_event('s', 'view', sys.argv[2] + str(n)) for n in range(20)]"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, url, name], cwd=PROJECT) for name in "ab"]
    assert [one.wait() for one in both] == [0, 0]
    assert store.counts()["events"] == 40
    store.close()


def test_text_of_any_kind_comes_back(store):
    text = '😀 \'; DROP TABLE turns; -- \u3400 "{}" %s'
    store.add_turn("s", replace(State(turn=1), need=(text,)), text, {"text": text})
    assert store.turns("s")[0].message == text
    assert store.state("s").need == (text,)


def test_a_state_of_another_version_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "x.db"
    store = Store(f"sqlite:///{path}")
    store.add_turn("s", State(turn=1), "hi", {})
    with sqlite3.connect(path) as connection:
        connection.execute("update sessions set state = ?", ['{"turn": 4, "later": true, "constraints": {"price_max": 10, "voltage": 230}}'])
    state = store.state("s")
    assert state.turn == 4
    assert state.constraints == Constraints(price_max=10)
    store.close()


OLD = """
create table sessions (id varchar(64) primary key, created datetime not null, state text not null);
create table events (number integer primary key autoincrement, session varchar(64) not null, type varchar(16) not null, item varchar(200) not null,
                     created datetime not null);
insert into sessions values ('old', '2025-01-01 00:00:00', '{"turn": 3}');
insert into events values (1, 'old', 'like', 'lap-1', '2025-01-01 00:00:00');
"""


def test_a_database_of_an_older_version_is_widened_and_loses_nothing(tmp_path):
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD)
    for _ in range(2):
        store = Store(f"sqlite:///{path}")
        store.claim("old", "anna")
        assert store.state("old").turn == 3
        assert [(event.type, event.item) for event in store.events("old", "anna")] == [("like", "lap-1")]
        store.close()


@pytest.mark.parametrize("url", ["", "nonsense", "nosuch://x", "postgresql+nodriver://x/y", "sqlite:////proc/no/such/x.db"])
def test_a_database_that_cannot_be_had_gives_one_line(url):
    with pytest.raises(StoreError) as caught:
        Store(url)
    assert "\n" not in str(caught.value)
    assert "XIAOER_DATABASE" in str(caught.value)


def test_a_password_in_a_broken_url_is_not_printed():
    with pytest.raises(StoreError) as caught:
        Store("nosuch://shop:hunter2@db.example/xiaoer")
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_gives_one_line(tmp_path):
    path = tmp_path / "x.db"
    path.write_bytes(b"this is no database " * 100)
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{path}")
    assert "\n" not in str(caught.value)
