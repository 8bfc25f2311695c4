"""Orders as short as a test's line, a desk that follows a script, and a stub of a shop's own order server. Knows no test."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chatbot.errors import DeskError
from chatbot.order_values import Change, Line, Order, Proof, order_from_json
from chatbot.service.order_rules import proves

__all__ = ["NOW", "FakeDesk", "StubShop", "a_row", "an_order", "stub_shop"]

NOW = datetime(2026, 3, 20, 15, 30, tzinfo=UTC)
_DATES = {
    "placed": {}, "paid": {}, "packed": {}, "shipped": {"shipped": -1}, "delivered": {"shipped": -4, "delivered": -3}, "cancelled": {},
    "returned": {"shipped": -6, "delivered": -5},
}  # fmt: skip


def a_row(number: str = "XM10000001", state: str = "paid", **parts: Any) -> dict[str, Any]:
    """An order as it stands in orders.jsonl; a kettle of the tiny shop where no lines are given."""
    lines = parts.pop("lines", None) or [{"item": "ket-1", "quantity": 1, "price": 169, "chosen": {"color": "white"}}]
    return {
        "number": number, "state": state, "email": "ann@mail.example", "phone": "13800001234", "name": "Ann", "address": "青禾市云溪区柳巷 18 号", "lines": lines,
        "placed": -8, "paid_with": "credit_card", **_DATES.get(state, {}), **parts,
    }  # fmt: skip


def an_order(state: str = "paid", *, now: datetime = NOW, **parts: Any) -> Order:
    lines = [one if isinstance(one, dict) else vars_of(one) for one in parts.pop("lines", [])]
    return order_from_json(a_row(state=state, lines=lines, **parts), now)


def vars_of(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__slots__}


class FakeDesk:
    """A desk over orders in a dictionary that records what it was asked. failing: the next change is made or not, and the answer is lost."""

    def __init__(self, *orders: Order) -> None:
        self.orders = {order.number: order for order in orders}
        self.asked: list[tuple[str, str]] = []
        self.changes: list[Change] = []
        self.down = False
        self.failing = ""
        self.conflicts = 0

    def identify(self, number: str, proof: Proof) -> Order | None:
        self._ask("identify", number)
        order = self.orders.get(number)
        return order if order and proves(proof, order.email, order.phone) else None

    def order(self, number: str) -> Order | None:
        self._ask("order", number)
        return self.orders.get(number)

    def change(self, change: Change) -> bool | None:
        self._ask("change", change.before.number)
        if self.failing == "before":
            self.failing = ""
            raise DeskError("no answer")
        if self.conflicts:
            self.conflicts -= 1
            return None
        repeated = any(one.key == change.key for one in self.changes)
        if not repeated:
            self.changes.append(change)
            self.orders[change.after.number] = change.after
        if self.failing == "after":
            self.failing = ""
            raise DeskError("no answer")
        return not repeated

    def _ask(self, what: str, number: str) -> None:
        self.asked.append((what, number))
        if self.down:
            raise DeskError("the desk is down")


class StubShop:
    """A shop's order server as `http_desk` describes it. broken: what it answers instead, as (status, body)."""

    def __init__(self, *orders: Order) -> None:
        self.orders = {order.number: order for order in orders}
        self.keys: dict[str, str] = {}
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        self.authorization: list[str | None] = []
        self.broken: tuple[int, str] | None = None

    def answer(self, method: str, path: str, body: dict[str, Any], key: str) -> tuple[int, str]:
        self.requests.append((method, path, body))
        if self.broken:
            return self.broken
        parts = path.strip("/").split("/")[1:]
        if parts == ["orders", "identify"]:
            order = self.orders.get(body["number"])
            proof = Proof(body.get("email", ""), body.get("phone_last4", ""))
            return (200, json.dumps(order.as_json())) if order and proves(proof, order.email, order.phone) else (404, "")
        order = self.orders.get(parts[1])
        if order is None:
            return 404, ""
        if method == "GET":
            return 200, json.dumps(order.as_json())
        if key in self.keys:
            return 200, '{"repeated": true}'
        if body["version"] != order.version:
            return 409, ""
        self.keys[key] = body["operation"]
        self.orders[order.number] = order_from_json(body["order"], NOW)
        return 200, '{"repeated": false}'


@contextmanager
def stub_shop(*orders: Order) -> Iterator[tuple[str, StubShop]]:
    """(URL, the server behind it)."""
    shop = StubShop(*orders)

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            shop.authorization.append(self.headers.get("Authorization"))
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            status, text = shop.answer(self.command, self.path, body, self.headers.get("Idempotency-Key", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://shop:secret@127.0.0.1:{server.server_address[1]}/api", shop
    finally:
        server.shutdown()
        server.server_close()
