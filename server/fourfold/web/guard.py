"""Who may ask: the browser that was given the address, and no other site or program."""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

LOOPBACK = "127.0.0.1"


class Guard:
    """A token lets a browser in once; then it has a cookie, which no page can read."""

    def __init__(self, port: int) -> None:
        self._hosts = {f"{LOOPBACK}:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._name = f"fourfold-{port}"  # cookies are the same for all ports
        self._secret = secrets.token_urlsafe(32)
        self._tokens: set[str] = set()

    def new_token(self) -> str:
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return token

    def refusal(self, headers: Message) -> HTTPStatus | None:
        """Why a request is refused, whoever it says that it is; None where it may be ours. A wrong
        host is a name that was bent to this machine, a wrong origin another site's page."""
        if headers.get("Host") not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST
        origin = headers.get("Origin")
        if origin is not None and origin not in self._origins:
            return HTTPStatus.FORBIDDEN
        # A link from elsewhere, such as one in an editor in the browser, may lead to the page.
        if headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin") or (
            headers.get("Sec-Fetch-Mode") == "navigate"
            and headers.get("Sec-Fetch-Dest") == "document"
        ):
            return None
        return HTTPStatus.FORBIDDEN

    def takes(self, token: str) -> bool:
        """Whether the token lets in; it will not a second time."""
        found = [one for one in self._tokens if _same(one, token)]
        self._tokens.difference_update(found)
        return bool(found)

    def knows(self, headers: Message) -> bool:
        """Whether the browser was let in before."""
        try:
            cookie = SimpleCookie(headers.get("Cookie", "")).get(self._name)
        except CookieError:
            return False
        return cookie is not None and _same(cookie.value, self._secret)

    @property
    def cookie(self) -> str:
        return f"{self._name}={self._secret}; HttpOnly; SameSite=Strict; Path=/"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))
