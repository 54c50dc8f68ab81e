"""Each way a call can fail, as one sentence that says what to do next."""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

import httpx2

from fourfold.llm.answers import BadAnswerError, ErrorInStreamError
from fourfold.llm.client import REFUSED, SilentEndpointError
from fourfold.llm.integration import ModelError, RefusedError
from fourfold.llm.light_openai import types_on_demand
from fourfold.llm.redaction import error_message, redact
from fourfold.llm.sse import UnreadableStreamError

with types_on_demand():
    from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.errors import ErrorKind
    from fourfold.user.secret import Secret

TRANSPORT_ERRORS = (OpenAIError, httpx2.HTTPError, httpx2.StreamError, ssl.SSLError, OSError)
LONGEST_WAIT_S = 60.0
"""For how long a refused call waits at most; an endpoint that names more has to be asked later."""
NO_QUOTA = "insufficient_quota"
TOO_LONG = ("exceed_context_size_error", "context_length_exceeded", "string_above_max_length")


class _Failure(NamedTuple):
    kind: ErrorKind
    text: str
    """The end of the sentence."""


@dataclass(frozen=True, slots=True)
class FailureExplainer:
    """Puts the failures of calls to one endpoint into words.

    `who` starts the sentence (a host, or "The embedded model"); `key_advice` says where its key
    is kept or how to give one.
    """

    who: str
    key: Secret | None
    key_advice: str
    idle_timeout: float

    def explain(self, error: Exception, model: str) -> ModelError:
        """The ModelError for `error`, which came from a call of `model`."""
        failure = self._failure(error, model)
        if isinstance(error, APIStatusError) and REFUSED in error.response.headers:
            wait = _wait_s(error.response.headers)
            quota = _mentions(error, (NO_QUOTA,))
            if not quota and (wait is None or wait <= LONGEST_WAIT_S):
                return RefusedError(f"{self.who} {failure.text}", wait)
        return ModelError(f"{self.who} {failure.text}", failure.kind)

    def _failure(self, error: Exception, model: str) -> _Failure:
        match error:
            case BadAnswerError():
                return _Failure(error.kind, error.text)
            case UnreadableStreamError() | UnicodeDecodeError():
                return _Failure(
                    "server_error",
                    "sent something that is no chat completion: check the endpoint's address.",
                )
            case ErrorInStreamError():
                said = redact(error_message(error.body), self.key)
                reason = f": {said}" if said else ""
                return _Failure(
                    "server_error", f"stopped with an error{reason.rstrip('.')}; run it again."
                )
            case APIStatusError():
                return self._status(error, model)
            case SilentEndpointError() | httpx2.ReadTimeout():
                return _Failure(
                    "timed_out",
                    f"sent nothing for {self.idle_timeout:g} s, so the run was stopped: run it"
                    " again, or choose a faster model.",
                )
            case APITimeoutError() | httpx2.TimeoutException():
                return _Failure(
                    "unreachable",
                    "could not be reached in time: check the address and your network.",
                )
            case APIConnectionError() | httpx2.ConnectError():
                return _Failure(
                    "unreachable",
                    f"could not be reached{_cause(error)}: check that it runs, and its address.",
                )
            case httpx2.HTTPError() | httpx2.StreamError() | OSError():
                return _Failure(
                    "unreachable", "broke off in the middle of the response: run it again."
                )
        return _Failure("own", "could not be called: run it again.")

    def _status(self, error: APIStatusError, model: str) -> _Failure:
        status = error.status_code
        said = redact(error_message(error.body), self.key).rstrip(".")
        reason = f": {said}" if said else ""
        match status:
            case 401:
                fault = "did not accept the key" if self.key else "wants a key, and there is none"
                return _Failure("unauthorized", f"{fault} (401): {self.key_advice}.")
            case 403:
                return _Failure(
                    "forbidden",
                    f"does not allow {model} with this key (403{reason}): choose another model,"
                    f" or {self.key_advice}.",
                )
            case 404:
                return _Failure(
                    "not_found",
                    f"does not know the model {model}, or its address is wrong (404{reason}):"
                    " check both.",
                )
            case 429 if _mentions(error, (NO_QUOTA,)):
                return _Failure(
                    "rate_limited",
                    f"has no quota left for this key (429{reason}): check its plan and billing.",
                )
            case 429:
                return _Failure(
                    "rate_limited",
                    f"has had too many requests (429{reason}): {_wait(error)}, then run again.",
                )
            case 413:
                return _too_long(status, reason)
            case 400 | 422 if _mentions(error, TOO_LONG):
                return _too_long(status, reason)
            case 301 | 302 | 303 | 307 | 308:
                return _Failure(
                    "not_found",
                    f"wants to redirect to another address ({status}), which is never followed:"
                    " put the final address into the endpoint.",
                )
            case _ if error.response.is_server_error:
                return _Failure(
                    "server_error",
                    f"failed on its side ({status}{reason}): run it again in a moment.",
                )
        return _Failure(
            "bad_request",
            f"rejected the request ({status}{reason}): change the prompt's options or its model.",
        )


def _too_long(status: int, reason: str) -> _Failure:
    return _Failure(
        "bad_request",
        f"cannot take a prompt this long ({status}{reason}): shorten it or choose a model with a"
        " larger context.",
    )


def _mentions(error: APIStatusError, kinds: tuple[str, ...]) -> bool:
    return any(kind in (error.code, error.type) for kind in kinds)


def _wait_s(headers: Mapping[str, str]) -> float | None:
    """The seconds that an endpoint wants to be left alone."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(ValueError):
            seconds = float(headers.get(name, "")) * unit
            return seconds if seconds >= 0 else None  # NaN is none either
    with suppress(ValueError):
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return None


def _wait(error: APIStatusError) -> str:
    after = error.response.headers.get("retry-after", "")
    return f"wait {after} s" if after.isdecimal() else "wait a little"


def _cause(error: BaseException) -> str:
    """Why a connection failed, in words of ours, as far as that can be told."""
    seen: list[str] = []
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, ssl.SSLCertVerificationError):
            return " (its certificate is not trusted)"
        if isinstance(link, ConnectionRefusedError):
            return " (connection refused)"
        seen.append(str(link).lower())
        link = link.__cause__ or link.__context__
    text = " ".join(seen)
    for words, reason in (
        ("certificate", "its certificate is not trusted"),
        ("name or service not known", "no such host"),
        ("nodename nor servname", "no such host"),
        ("getaddrinfo failed", "no such host"),
        ("name resolution", "no such host"),
        ("refused", "connection refused"),
        ("all connection attempts failed", "connection refused"),
        ("disconnected", "it hung up without an answer"),
    ):
        if words in text:
            return f" ({reason})"
    return ""
