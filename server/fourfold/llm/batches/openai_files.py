"""Batches as OpenAI has them, and others who speak its API: files in, files out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from fourfold.llm.batches.completion import completion
from fourfold.llm.batches.service import MEGABYTE, BatchLimits, BatchStatus, Brackets, Outcome
from fourfold.llm.batches.wire import named_line, pieces, read_pieces
from fourfold.llm.integration import ModelError, Sent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from fourfold.llm.batches.service import BatchFile, Submission
    from fourfold.llm.batches.wire import Wire
    from fourfold.llm.openai_compatible import EndpointClient

_URL = "/v1/chat/completions"
_MARK = "fourfold"  # in a batch's metadata, where services have some
_ENDED = ("completed", "expired", "cancelled", "failed")
_FULL = "token_limit_exceeded"  # until batches of the same user have ended
_REFUSED = (400, 422)
_SLACK_S = 300  # by which clocks may differ
_MOST_PAGES = 100


class OpenAIBatches:
    """See `BatchService`; `options` count where a request is silent."""

    limits = BatchLimits(50_000, 200 * MEGABYTE)
    brackets = Brackets(b"", b"\n", b"\n")

    def __init__(
        self, client: EndpointClient, wire: Wire, model: str, options: Mapping[str, Any]
    ) -> None:
        self.host = wire.endpoint.host
        self._client = client
        self._wire = wire
        self._model = model
        self._options = options

    def sent(self, parameters: Mapping[str, Any]) -> Sent:
        """See `BatchService.sent`."""
        attempt = self._client.attempt(self._model, parameters, self._options)
        return Sent(attempt.parameters, attempt.changes)

    def line(
        self, name: str, messages: Sequence[Mapping[str, str]], parameters: Mapping[str, Any]
    ) -> bytes:
        """See `BatchService.line`."""
        sent = dict(self.sent(parameters).parameters)
        body = {**sent, "model": self._model, "messages": list(messages)}
        request = {"custom_id": name, "method": "POST", "url": _URL, "body": body}
        return msgspec.json.encode(request, enc_hook=str)

    async def submit(self, file: BatchFile, uploaded: Callable[[str], Awaitable[None]]) -> str:
        """See `BatchService.submit`."""
        boundary = f"fourfold-{file.key}"
        head = (
            f'--{boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
            f'--{boundary}\r\ncontent-disposition: form-data; name="file"; '
            f'filename="{boundary}.jsonl"\r\ncontent-type: application/jsonl\r\n\r\n'
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        made = await self._wire.json(
            "POST",
            "files",
            content=pieces(head, read_pieces(file.content), tail),
            headers={
                "content-type": f"multipart/form-data; boundary={boundary}",
                "content-length": str(len(head) + file.size + len(tail)),
            },
        )
        name = self._wire.name(made.get("id"))
        await uploaded(name)
        batch = await self._wire.json(
            "POST",
            "batches",
            body={
                "input_file_id": name,
                "endpoint": _URL,
                "completion_window": "24h",
                "metadata": {_MARK: file.key},
            },
        )
        return self._wire.name(batch.get("id"))

    async def find(self, submission: Submission) -> str | None:
        """See `BatchService.find`."""
        if submission.file is None:  # nothing was uploaded, so there is nothing to be paid
            return None
        after = ""
        for _ in range(_MOST_PAGES):
            page = await self._wire.json("GET", f"batches?limit=100{after}")
            batches = [one for one in page.get("data") or () if isinstance(one, dict)]
            for one in batches:
                metadata = one.get("metadata")
                marked = isinstance(metadata, dict) and metadata.get(_MARK) == submission.key
                name = one.get("id")
                if name in submission.excluded:
                    continue
                if marked or one.get("input_file_id") == submission.file:
                    return self._wire.name(name)
            last = batches[-1] if batches else {}
            made = last.get("created_at")
            old = isinstance(made, int | float) and (made < submission.since.timestamp() - _SLACK_S)
            if not page.get("has_more") or old or not last:
                return None
            after = f"&after={self._wire.name(last.get('id'))}"
        return None

    async def look(self, batch: str) -> BatchStatus:
        """See `BatchService.look`."""
        found = await self._wire.json("GET", f"batches/{self._wire.name(batch)}")
        status = found.get("status")
        counts = found.get("request_counts")
        done = sum(_number(counts, name) for name in ("completed", "failed"))
        if status not in _ENDED:
            return BatchStatus(False, done)
        files = (found.get(name) for name in ("output_file_id", "error_file_id"))
        results = [self._wire.name(one) for one in files if one]
        if status == "failed" and not results:
            return BatchStatus(True, refused=self._why(found), again=_FULL in _codes(found))
        return BatchStatus(True, done, results, cancelled=status == "cancelled")

    def results(self, result: str, requests: int) -> AsyncGenerator[bytes, None]:
        """See `BatchService.results`."""
        return self._wire.lines(f"files/{self._wire.name(result)}/content", requests)

    def read(self, line: bytes) -> Outcome | None:
        """See `BatchService.read`."""
        if (named := named_line(line)) is None:
            return None
        name, read = named
        error, response = read.get("error"), read.get("response")
        if isinstance(response, dict):
            return self._answered(name, response)
        code = error.get("code") if isinstance(error, dict) else None
        if code == "batch_cancelled":
            said = ModelError("The batch was cancelled before this was answered.", "cancelled")
            return Outcome(name, error=said)
        told = self._wire.told(error) or "nothing was said of it"
        sentence = f"{self.host} did not answer it in its batch: {told}."
        return Outcome(name, error=ModelError(sentence, "server_error"), again=True)

    def _answered(self, name: str, response: Mapping[str, Any]) -> Outcome:
        status, body = response.get("status_code"), response.get("body")
        if status == 200 and isinstance(body, dict):  # noqa: PLR2004
            return Outcome(name, *completion(body, self.host))
        code = status if isinstance(status, int) and 400 <= status < 600 else 500  # noqa: PLR2004
        failure = self._wire.failure(code, body, self._model)
        refusal = body if code in _REFUSED else None
        return Outcome(name, error=failure, again=code == 429 or code >= 500, refusal=refusal)  # noqa: PLR2004

    async def learn(self, parameters: Mapping[str, Any], outcome: Outcome) -> bool:
        """See `BatchService.learn`."""
        attempt = self._client.attempt(self._model, parameters, self._options)
        if not attempt.change(outcome.refusal):
            return False
        await self._client.learn(attempt)
        return True

    async def cancel(self, batch: str) -> None:
        """See `BatchService.cancel`."""
        await self._wire.json("POST", f"batches/{self._wire.name(batch)}/cancel")

    def _why(self, batch: Mapping[str, Any]) -> str:
        errors = batch.get("errors")
        listed = errors.get("data") if isinstance(errors, dict) else None
        first = listed[0] if isinstance(listed, list) and listed else None
        told = self._wire.told(first) or "it does not say why"
        line = first.get("line") if isinstance(first, dict) else None
        at = f" (line {line})" if isinstance(line, int) else ""
        return f"{self.host} did not take the batch: {told}{at}."


def _codes(batch: Mapping[str, Any]) -> list[Any]:
    errors = batch.get("errors")
    listed = errors.get("data") if isinstance(errors, dict) else None
    return [one.get("code") for one in listed or () if isinstance(one, dict)]


def _number(counts: Any, name: str) -> int:
    value = counts.get(name) if isinstance(counts, dict) else None
    return value if isinstance(value, int) else 0
