"""The report opens offline, escapes what shoppers wrote, and shows what the figures say."""

import json
import re
from html.parser import HTMLParser

import pytest

from chatbot.errors import DialogueError
from chatbot.evaluating.measures import gini, reliability, spans, times
from chatbot.evaluating.reporting.page import report_html, write_report

EVIL = "<script>alert('x')</script><img src=x onerror=y>"


def exchange(**parts):
    plain = {"act": "open", "user": "a laptop", "text": "Here.", "products": [["lap-1", "Pax", 2999.0]], "intent": "recommend", "confidence": 0.9, "constraints": {}, "grounded": True, "sources": [], "phrased_by": "rules", "trace": [], "action": ""}  # fmt: skip
    return plain | parts


def visit(number, *exchanges, won=2, found=1):
    return {
        "number": number,
        "language": "en",
        "style": "plain",
        "won": won,
        "found": found,
        "hit": 0,
        "goal": "kind Laptops (3 fit)",
        "exchanges": list(exchanges),
    }


@pytest.fixture
def shoppers():
    group = {"shoppers": 2, "success": 0.5, "violations": 1}
    return {
        "shoppers": 2, "seed": 1, "turns_allowed": 3, "shop": EVIL, "items": 16, "success": 0.5, "turns_to_success": 2.0, "success_by_turn": [0, 0.5, 0.5],
        "found_by_turn": [0.5, 0.5, 0.5], "recall_by_turn": [0, 0, 0], "violations": 1, "shoppers_with_violations": 1, "repeats": 2, "asides": 1, "unanswered": 1,
        "answered_off": 0, "ungrounded": 0, "crashes": 0, "messages": 4, "phrased_by_model": 0, "by_language": {"en": group}, "by_style": {"plain": group},
        "by_wishes": {"2": group}, "by_kind": {"Laptops": group}, "by_change": {"none": group}, "acts": {"open": {"en": {"messages": 2, "understood": 1.0}}},
        "calibration": reliability([(0.95, True), (0.4, False)]), "timing_ms": times([{"understand": 5.0, "total": 20.0}]), "time_spent": spans([{"understand": 5.0, "total": 20.0}]),
        "exposure": {"items": {"gini": 0.4, "shown": 3, "of": 16, "lorenz": [0, 0.5, 1]}, "brands": {"gini": 0.2, "rows": [["Pax", 0.5, 0.6]]}, "price_bands": {"gini": 0.1, "rows": [["1", 0.2, 0.2]]}},
        "visits": [visit(1, exchange(user=EVIL, violations=[f"lap-4: {EVIL}"]), won=0, found=0), visit(2, exchange())],
    }  # fmt: skip


@pytest.fixture
def dialogues():
    reply = {"text": EVIL, "trace": ["a refused sentence"]}
    return {
        "passed": 1, "failed": 1, "turns": 2, "ungrounded": 0, "phrased_by_model": 0, "pass_1": 0.5, "pass_k": 0.5, "timing_ms": {"total": {"p50": 20.0, "p95": 30.0}},
        "by_intent": {"recommend": {"zh": {"steps": 2, "passed": 0.5}}},
        "dialogues": [
            {"test_case": "good", "passed": True, "turns": [{"user": "hi", "complaints": [], "reply": reply}]},
            {"test_case": EVIL, "passed": False, "turns": [{"user": EVIL, "complaints": [EVIL], "reply": None}]},
        ],
    }  # fmt: skip


class Tags(HTMLParser):
    """What the page is made of, and whether all of it is closed."""

    VOID = ("meta", "line", "rect", "circle", "polyline", "br", "img", "i")

    def __init__(self):
        super().__init__()
        self.seen, self.ids, self.links, self.outside = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.outside += [value for name, value in attrs if name in ("src", "href", "action", "data", "srcset") and not value.startswith("#")]


def read(page):
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.mark.parametrize("which", ["shoppers", "dialogues", "both", "neither"])
def test_a_page_asks_nothing_of_anybody_and_runs_nothing(shoppers, dialogues, which):
    page = report_html(shoppers=shoppers if which in ("shoppers", "both") else None, dialogues=dialogues if which in ("dialogues", "both") else None)
    tags = read(page)
    assert "script" not in tags.seen
    assert "img" not in tags.seen
    assert not tags.outside
    assert "://" not in page
    assert "url(" not in page
    assert {link[1:] for link in tags.links} == set(tags.ids)


def test_the_worst_conversation_comes_first_with_its_fault(shoppers):
    page = report_html(shoppers=shoppers)
    worst = page[page.index("The worst ten") :]
    assert "against what was said: lap-4" in page
    assert "never saw anything that fits" in worst
    assert "Shopper 2" not in worst  # nothing was wrong with it


def test_figures_stand_where_they_are_looked_for(shoppers, dialogues):
    page = report_html(shoppers=shoppers, dialogues=dialogues)
    assert "<b>50.0%</b>" in page
    assert "<b>1 / 2</b>" in page
    assert "Gini 0.40; 3 of 16" in page
    assert "expected calibration error" in page
    assert page.count("<svg") >= 4


def test_the_last_run_is_compared(shoppers):
    better = report_html(shoppers=shoppers | {"violations": 0, "success": 0.75}, before=shoppers)
    rows = re.findall(r"<tr><th scope=row>(shoppers served|violations|repeats)</th>.*?<td>(better|worse|same)</td></tr>", better)
    assert rows == [("shoppers served", "better"), ("violations", "better")]
    assert "before: 50.0%" in better
    assert "Against the last run" not in report_html(shoppers=shoppers)


def test_figures_of_another_kind_of_run_are_said_to_be(shoppers):
    assert "another kind of run" in report_html(shoppers=shoppers, before={"accuracy": 1})


def test_figures_read_back_from_json_make_the_same_page(tmp_path, shoppers, dialogues):
    again = json.loads(json.dumps({"s": shoppers, "d": dialogues}))
    strip = lambda page: re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", page)  # noqa: E731 - the time of writing is not compared
    assert strip(report_html(shoppers=again["s"], dialogues=again["d"])) == strip(report_html(shoppers=shoppers, dialogues=dialogues))
    write_report(tmp_path / "a" / "r.html", shoppers=shoppers)
    assert (tmp_path / "a" / "r.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_place_that_cannot_be_written_gives_one_line(tmp_path, shoppers):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DialogueError, match="cannot be written"):
        write_report(tmp_path / "file" / "r.html", shoppers=shoppers)


# ── measures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("counts", "expected"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 4], 0.75), ([], 0.0), ([0, 0], 0.0), ([1, 3], 0.25)])
def test_gini(counts, expected):
    assert gini(counts) == expected


def test_reliability_is_of_confidence_against_truth():
    found = reliability([(0.95, True)] * 8 + [(0.95, False)] * 2 + [(0.35, False)] * 10)
    assert found["bins"] == [[0.35, 0.0, 10], [0.95, 0.8, 10]]
    assert found["error"] == pytest.approx((0.35 * 10 + 0.15 * 10) / 20)


def test_time_is_spent_between_the_moments():
    found = spans([{"understand": 10.0, "rank": 15.0, "total": 40.0}, {"understand": 20.0, "total": 20.0}])
    assert found["understand"] == 15.0
    assert found["rank"] == 2.5
    assert found["total"] == 12.5
    assert times([{"total": 7.0}, {"total": 9000.0}])["total"]["histogram"][1] == 1
    assert times([{"total": 9000.0}])["total"]["histogram"][-1] == 1
