"""Which pages may call and frame this server, and what the browser is told of it: one content security policy for each kind of answer.

Knows the addresses by their first letters alone; what they answer is the business of their routes.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

__all__ = ["CALLED", "ApiCors", "Origins"]

API, DESK_API = "/api/", "/api/desk/"
"""The desk is for the shop's people: only this server's own pages call it, whoever else may call the rest."""
CALLED = (API, "/gradio_api/")
"""Paths that a script calls: only from this server's own pages and, the API, from those of the origins allowed."""
_OWN_POLICIES: Mapping[str, str] = {
    API: "default-src 'none'",
    "/desk": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'",
    "/demo-shop": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; connect-src 'self'; base-uri 'none'; form-action 'none'",
}
"""What an answer may load. JSON loads nothing; the demo shop has no script or style inside its markup."""
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https: http:; "
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'"
)
"""Gradio writes its configuration into the page as a script and compiles templates; every other source is ours alone."""


class Origins:
    """allowed: the origins of other pages that may call the API and frame the pages; `*` stands for all."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._all = "*" in allowed
        self._allowed = frozenset(allowed)
        self._framing = "*" if self._all else " ".join(["'self'", *allowed])

    def refuses(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a script of a page that was not allowed is calling. Programs that are no browsers name no origin."""
        if not path.startswith(CALLED) or not (origin := headers.get(b"origin", b"").decode("latin-1")):
            return False
        if path.startswith(API) and not path.startswith(DESK_API) and (self._all or origin in self._allowed):
            return False
        if site := headers.get(b"sec-fetch-site"):  # the browser's own word, true behind any proxy
            return site != b"same-origin"
        return urlsplit(origin).netloc.encode("latin-1") not in (headers.get(b"host"), headers.get(b"x-forwarded-host"))

    def policy(self, path: str) -> str:
        """The content security policy of what `path` answers."""
        if path.startswith(API):
            return f"{_OWN_POLICIES[API]}; frame-ancestors 'none'"
        if path.startswith("/desk"):
            return f"{_OWN_POLICIES['/desk']}; frame-ancestors 'none'"
        own = next((policy for prefix, policy in _OWN_POLICIES.items() if path.startswith(prefix)), _PAGE_POLICY)
        return f"{own}; frame-ancestors {self._framing}"


class ApiCors(CORSMiddleware):
    """Lets pages of other origins read the answers of the API, and of nothing else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(API) and not scope["path"].startswith(DESK_API):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
