"""An example of an order desk over HTTP: a shop's own server keeps the orders, this asks it. Knows no rule and no conversation.

    POST {base}/orders/identify           {"number", "email" | "phone_last4"} → 200 the order, 404 for a wrong number or proof
    GET  {base}/orders/{number}           → 200 the order, 404
    POST {base}/orders/{number}/changes   Idempotency-Key: KEY  {"operation", "version", "details", "order"}
                                          → 200 {"repeated": bool}, 409 where the version is no longer the order's

An order is the JSON of `Order`; its dates are ISO 8601. The server answers a key that it knows with what it answered before.
"""

from typing import Any
from urllib.parse import quote

import httpx

from chatbot.errors import DeskError
from chatbot.order_values import Change, Order, Proof, order_from_json
from chatbot.service.order_store import OrderStore
from chatbot.service.orders import Clock, local_now

__all__ = ["HttpDesk"]

SECONDS = 5.0
"""Longest wait for the shop's server; a shopper waits for the whole turn."""


class HttpDesk:
    """One connection pool; safe to use from several threads. A user and password in the URL are sent as basic authentication."""

    def __init__(self, url: str, store: OrderStore, clock: Clock = local_now) -> None:
        self._store, self._clock = store, clock
        self._client = httpx.Client(base_url=url.rstrip("/") + "/", timeout=SECONDS, follow_redirects=False)

    def identify(self, number: str, proof: Proof) -> Order | None:
        given = {"email": proof.email} if proof.email else {"phone_last4": proof.digits}
        response = self._ask("POST", "orders/identify", json={"number": number, **given})
        return None if response.status_code == httpx.codes.NOT_FOUND else self._order(response, number)

    def order(self, number: str) -> Order | None:
        response = self._ask("GET", f"orders/{quote(number, safe='')}")
        return None if response.status_code == httpx.codes.NOT_FOUND else self._order(response, number)

    def change(self, change: Change) -> bool | None:
        body = {"operation": change.operation, "version": change.before.version, "details": dict(change.details), "order": change.after.as_json()}
        response = self._ask("POST", f"orders/{quote(change.before.number, safe='')}/changes", json=body, headers={"Idempotency-Key": change.key})
        if response.status_code == httpx.codes.CONFLICT:
            return None
        answer = self._json(response)
        if not isinstance(answer, dict) or not isinstance(answer.get("repeated"), bool):
            raise DeskError("the order server did not say whether a change was a repeated one", fix='it has to answer {"repeated": false}')
        noted = self._store.note(change, self._clock())
        return noted and not answer["repeated"]

    def _ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **parts)
        except httpx.HTTPError as error:
            raise DeskError(f"the order server of XIAOER_ORDERS does not answer: {type(error).__name__}", fix="see whether it is up") from error
        if response.status_code not in (httpx.codes.OK, httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
            raise DeskError(f"the order server answered {response.status_code} to {method} {path.split('/')[0]}", fix="see its log")
        return response

    def _order(self, response: httpx.Response, number: str) -> Order:
        try:
            order = order_from_json(self._json(response), self._clock())
        except ValueError as error:
            raise DeskError(f"the order server gave an order that cannot be read: {error}", fix="it has to be the JSON of an order") from error
        if order.number != number:
            raise DeskError("the order server gave another order than the one asked for", fix="it has to give the order of that number")
        return order

    @staticmethod
    def _json(response: httpx.Response) -> Any:
        if response.status_code != httpx.codes.OK:
            raise DeskError(f"the order server answered {response.status_code}", fix="see its log")
        try:
            return response.json()
        except ValueError as error:
            raise DeskError(f"the order server answered {len(response.content)} bytes that are no JSON", fix="see its log") from error
