"""Every turn is counted once, from the API and from the page; no label says who or what."""

from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from chatbot.bot import TurnEvent
from chatbot.errors import MessageError, StoreError
from chatbot.web.metrics import Metrics
from chatbot.web.page import _Page
from chatbot.web.server import create_app
from tests.web.serving import Ready, settings, tiny_bot


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return tiny_bot(tmp_path_factory.mktemp("metrics"))


def value(metrics, name, **labels):
    return metrics._registry.get_sample_value(name, labels)


def total(metrics, name):
    return sum(sample.value for metric in metrics._registry.collect() for sample in metric.samples if sample.name == name)


def test_a_turn_of_the_api_and_one_of_the_page_count_once_each(bot):
    source = Ready(bot, settings())
    source.start()
    with TestClient(create_app(settings(), source)) as client:
        client.post("/api/chat", json={"message": "I want a laptop"}).read()
        assert total(source.metrics, "xiaoer_turns_total") == 1
        for _ in _Page(source, settings()).turn("我想买一台笔记本", "", "zh", SimpleNamespace(_data=None)):
            pass
        assert total(source.metrics, "xiaoer_turns_total") == 2
        shown = client.get("/metrics").text
    turns = "xiaoer_turns_total"
    assert value(source.metrics, turns, channel="api", intent="recommend", language="en", phrased_by="rules") == 1
    assert value(source.metrics, turns, channel="page", intent="recommend", language="zh", phrased_by="rules") == 1
    assert total(source.metrics, "xiaoer_products_shown_total") >= 2
    assert total(source.metrics, "xiaoer_products_per_reply_count") == 2
    assert 'xiaoer_seconds_count{part="total"} 2.0' in shown
    assert "lap-" not in shown
    assert "Norin" not in shown


def test_a_handoff_counts_with_its_reason(bot):
    source = Ready(bot, settings())
    with TestClient(create_app(settings(), source)) as client:
        client.post("/api/chat", json={"message": "Talk to a person"}).read()
    assert value(source.metrics, "xiaoer_handoffs_total", reason="asked", offered="false") == 1


def broken(error):
    yield TurnEvent("understanding", {})
    raise error


def test_a_failure_counts_and_goes_on_and_a_bad_message_does_not_count():
    metrics = Metrics()
    with pytest.raises(StoreError):
        list(metrics.counted(broken(StoreError("gone")), "page"))
    with pytest.raises(MessageError):
        list(metrics.counted(broken(MessageError("empty")), "page"))
    assert value(metrics, "xiaoer_failures_total", channel="page") == 1


def test_an_ungrounded_reply_counts_by_language():
    reply = {
        "understanding": {"intent": {"name": "service", "confidence": 0.9}}, "language": "zh", "phrased_by": "model", "grounded": False, "action": None,
        "products": [], "sources": [], "trace": ["one", "two"], "timing_ms": {},
    }  # fmt: skip
    metrics = Metrics()
    assert [event.name for event in metrics.counted(iter([TurnEvent("done", reply)]), "api")] == ["done"]
    assert value(metrics, "xiaoer_ungrounded_total", language="zh") == 1
    assert value(metrics, "xiaoer_answers_total", found="no") == 1
    assert value(metrics, "xiaoer_refused_sentences_total") == 2
