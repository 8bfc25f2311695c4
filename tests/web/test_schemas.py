"""The OpenAPI document is true: real answers and its own examples fit it, and nothing that it allows breaks the server."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from chatbot.web.schemas import CHAT, ReplySchema, SessionSchema
from chatbot.web.server import create_app
from tests.web import serving

CASES = 20
"""Requests of each operation that its schema allows, and as many that it does not."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """The application as a client of schemathesis sees it, with all requests let in."""
    chosen = serving.settings(rate="1000000/second")
    loader = serving.Ready(serving.tiny_bot(tmp_path_factory.mktemp("schema")), chosen)
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(chosen, loader))


def test_no_request_breaks_the_server(api):
    """Requests that the document allows, and requests that it does not, to every operation."""
    for found in api.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                cases = operation.as_strategy(generation_mode=mode)
                _probe(cases)
            except Unsatisfiable:
                continue  # without parameters nothing can be wrong


def _probe(cases):
    @given(case=cases)
    @settings(max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def probe(case):
        case.call_and_validate(checks=CHECKS)

    probe()


@pytest.mark.parametrize("message", ["我想买一台笔记本，五千以内", "can I return something?", "转人工", "track my order"])
def test_a_real_reply_fits_its_schema(bot, message):
    reply = bot.respond(message)
    ReplySchema.model_validate(reply.as_json())
    SessionSchema.model_validate({"session": reply.session, "turns": [{"turn": 1, "message": message, "reply": reply.as_json(), "like": None}]})


def test_the_example_of_a_turn_fits_too():
    stream = CHAT[200]["content"]["text/event-stream"]["example"]
    steps = [block.split("\n") for block in stream.strip().split("\n\n")]
    assert [name.removeprefix("event: ") for name, _ in steps] == ["understanding", "products", "text", "text", "options", "done"]
    done = json.loads(steps[-1][1].removeprefix("data: "))
    ReplySchema.model_validate(done)
    assert "".join(json.loads(data.removeprefix("data: ")) for name, data in steps if name == "event: text") == done["text"]


def test_every_operation_is_described(api):
    document = api.raw_schema
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), f"{method} {path}"
            for status, answer in operation["responses"].items():
                assert answer["description"], f"{method} {path} {status}"
