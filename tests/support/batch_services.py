"""The batch services of OpenAI and of Anthropic as their documentation has them, in a thread.

    with batch_service(answer=lambda body: "yes!") as service:
        ...  # service.base_url, service.submitted

What providers do and nobody can order is scripted: batches that expire or are refused, answers that
are lost, come twice, in another order, or never end, and a network that is gone.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LIMIT = 30.0
Answer = Callable[[dict[str, Any]], "str | Fault"]


@dataclass(frozen=True)
class Fault:
    """What a request gets in place of an answer: an HTTP status with an error, or, with status 0,
    nothing: the batch expires before it. `absent`: there is not even a line about it."""

    status: int = 0
    error: dict[str, Any] = field(default_factory=dict)
    absent: bool = False


@dataclass
class Batch:
    """A batch that was submitted: its `requests` as they came."""

    id: str
    requests: list[dict[str, Any]]
    metadata: dict[str, str]
    file: str
    created: float
    polls: int = 0
    cancelled: bool = False

    @property
    def names(self) -> list[str]:
        return [one["custom_id"] for one in self.requests]


@dataclass
class BatchService:
    """A running service. `submitted` are the batches that were made and would be paid."""

    answer: Answer
    polls: int = 0
    """How often a batch is looked at before it has ended."""
    endless: bool = False
    """Files of answers go on without end."""
    refusals: list[dict[str, Any]] = field(default_factory=list)
    """What the next batches are refused for as they are validated."""
    base_url: str = ""
    submitted: list[Batch] = field(default_factory=list)
    uploaded: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gone: bool = False
    """The network is: every connection is dropped."""
    dropped: int = 0
    quota: dict[str, Any] | None = None
    """The error with which everything is refused (429)."""
    lost: int = 0
    """So many batches are made, and nobody hears of it."""
    cut: int = 0
    """So many files of answers break off in the middle."""
    slow: threading.Event = field(default_factory=threading.Event)
    """Until it is set the first file that was uploaded is not acknowledged."""
    held: threading.Event = field(default_factory=threading.Event)
    """Until it is set no answer to a new batch goes out."""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def names(self) -> list[str]:
        """The names of all requests that were submitted, in their order."""
        return [name for batch in self.submitted for name in batch.names]

    def wait_for(self, what: Callable[[], bool]) -> None:
        with self.arrived:
            assert self.arrived.wait_for(what, LIMIT)

    def find(self, id_: str) -> Batch | None:
        return next((one for one in self.submitted if one.id == id_), None)

    def has_ended(self, batch: Batch) -> bool:
        return batch.cancelled or batch.polls > self.polls


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        service = self.server.service
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.removeprefix("/v1/")
        with service.arrived:
            service.requests.append((method, path))
            service.headers.append({name.lower(): value for name, value in self.headers.items()})
            if service.gone:
                service.dropped += 1
            service.arrived.notify_all()
        if service.gone:
            self.close_connection = True
            return
        if service.quota is not None:
            self._json({"error": service.quota}, 429)
            return
        place, _, query = path.partition("?")
        parts = place.split("/")
        if parts[0] == "messages":
            self._anthropic(method, parts[2:], query, body)
        else:
            self._openai(method, parts, query, body)

    # OpenAI

    def _openai(self, method: str, parts: list[str], query: str, body: bytes) -> None:
        service = self.server.service
        match method, parts:
            case "POST", ["files"]:
                boundary = self.headers["content-type"].partition("boundary=")[2].encode()
                fields = body.split(b"--" + boundary)
                assert b'name="purpose"\r\n\r\nbatch' in fields[1]
                content = fields[2].partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
                name = f"file-{len(service.uploaded)}"
                with service.arrived:
                    service.uploaded[name] = content
                    service.arrived.notify_all()
                if name == "file-0":
                    service.slow.wait(LIMIT)
                self._json({"id": name, "object": "file", "purpose": "batch"})
            case "POST", ["batches"]:
                asked = json.loads(body)
                assert asked["completion_window"] == "24h"
                lines = service.uploaded[asked["input_file_id"]].splitlines()
                requests = [json.loads(line) for line in lines]
                assert {one["url"] for one in requests} == {asked["endpoint"]}
                assert len({one["body"]["model"] for one in requests}) == 1
                self._made(
                    f"batch_{len(service.submitted)}",
                    requests,
                    asked.get("metadata") or {},
                    asked["input_file_id"],
                    self._openai_batch,
                )
            case "GET", ["batches"]:
                self._listed(query, "after", self._openai_batch)
            case "GET", ["batches", id_] if batch := service.find(id_):
                batch.polls += 1
                self._json(self._openai_batch(batch))
            case "POST", ["batches", id_, "cancel"] if batch := service.find(id_):
                batch.cancelled = True
                self._json(self._openai_batch(batch))
            case "GET", ["files", name, "content"] if name.startswith(("out-", "err-")):
                batch = service.find(name[4:])
                assert batch is not None
                self._file(self._openai_lines(batch, errors=name.startswith("err-")))
            case _:
                self._json({"error": {"message": "No such thing", "type": "invalid"}}, 404)

    def _openai_batch(self, batch: Batch) -> dict[str, Any]:
        service = self.server.service
        found = {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "input_file_id": batch.file,
            "completion_window": "24h",
            "created_at": int(batch.created),
            "metadata": batch.metadata,
            "status": "in_progress" if batch.polls else "validating",
            "output_file_id": None,
            "error_file_id": None,
            "request_counts": {"total": len(batch.requests), "completed": 0, "failed": 0},
        }
        if batch.metadata.get("refused"):
            found |= {
                "status": "failed",
                "errors": {"object": "list", "data": [json.loads(batch.metadata["refused"])]},
            }
        elif service.has_ended(batch):
            faults = [service.answer(one["body"]) for one in batch.requests]
            expired = any(isinstance(one, Fault) and one.status == 0 for one in faults)
            status = "cancelled" if batch.cancelled else "expired" if expired else "completed"
            found |= {"status": status}
            found |= {"output_file_id": f"out-{batch.id}", "error_file_id": f"err-{batch.id}"}
        return found

    def _openai_lines(self, batch: Batch, *, errors: bool) -> list[dict[str, Any]]:
        lines = []
        for number, request in enumerate(batch.requests):
            said = self.server.service.answer(request["body"])
            base = {"id": f"batch_req_{number}", "custom_id": request["custom_id"]}
            if batch.cancelled:
                said = Fault()
            if isinstance(said, Fault) and said.absent:
                continue
            if isinstance(said, Fault) and said.status == 0:
                code = "batch_cancelled" if batch.cancelled else "batch_expired"
                error = {"code": code, "message": "This request could not be executed in time."}
                line, failed = {**base, "response": None, "error": error}, True
            elif isinstance(said, Fault):
                response = {
                    "status_code": said.status,
                    "request_id": "r",
                    "body": {"error": said.error},
                }
                line, failed = {**base, "response": response, "error": None}, True
            else:
                response = {"status_code": 200, "request_id": "r", "body": _completion(said)}
                line, failed = {**base, "response": response, "error": None}, False
            if failed == errors:
                lines.append(line)
        return lines

    # Anthropic

    def _anthropic(self, method: str, parts: list[str], query: str, body: bytes) -> None:
        service = self.server.service
        if self.headers.get("anthropic-version") != "2023-06-01" or "authorization" in self.headers:
            self._json(_anthropic_error("authentication_error", "x-api-key is missing"), 401)
            return
        match method, parts:
            case "POST", []:
                requests = json.loads(body)["requests"]
                assert all(one["params"]["max_tokens"] for one in requests)
                self._made(
                    f"msgbatch_{len(service.submitted)}", requests, {}, "", self._anthropic_batch
                )
            case "GET", []:
                self._listed(query, "after_id", self._anthropic_batch)
            case "GET", [id_] if batch := service.find(id_):
                batch.polls += 1
                self._json(self._anthropic_batch(batch))
            case "POST", [id_, "cancel"] if batch := service.find(id_):
                batch.cancelled = True
                self._json(self._anthropic_batch(batch))
            case "GET", [id_, "results"] if batch := service.find(id_):
                self._file(self._anthropic_lines(batch))
            case _:
                self._json(_anthropic_error("not_found_error", "Not found"), 404)

    def _anthropic_batch(self, batch: Batch) -> dict[str, Any]:
        ended = self.server.service.has_ended(batch)
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        counts["succeeded" if ended else "processing"] = len(batch.requests)
        created = datetime.fromtimestamp(batch.created, UTC).isoformat()
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": counts,
            "created_at": created.replace("+00:00", "Z"),
            "cancel_initiated_at": created if batch.cancelled else None,
            "results_url": "https://elsewhere.example/results" if ended else None,
        }

    def _anthropic_lines(self, batch: Batch) -> list[dict[str, Any]]:
        answer = self.server.service.answer
        faults = [answer(request["params"]) for request in batch.requests]
        return [
            self._anthropic_line(batch, request)
            for request, said in zip(batch.requests, faults, strict=True)
            if not (isinstance(said, Fault) and said.absent)
        ]

    def _anthropic_line(self, batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
        said = self.server.service.answer(request["params"])
        if batch.cancelled:
            result: dict[str, Any] = {"type": "canceled"}
        elif isinstance(said, Fault) and said.status == 0:
            result = {"type": "expired"}
        elif isinstance(said, Fault):
            result = {"type": "errored", "error": {"type": "error", "error": said.error}}
        else:
            result = {"type": "succeeded", "message": _message(said)}
        return {"custom_id": request["custom_id"], "result": result}

    # Both

    def _made(
        self,
        id_: str,
        requests: list[dict[str, Any]],
        metadata: dict[str, str],
        file: str,
        shown: Callable[[Batch], dict[str, Any]],
    ) -> None:
        service = self.server.service
        batch = Batch(id_, requests, metadata, file, time.time())
        if service.refusals:
            batch.metadata = {**metadata, "refused": json.dumps(service.refusals.pop(0))}
        with service.arrived:
            service.submitted.append(batch)
            service.arrived.notify_all()
        if service.lost:
            service.lost -= 1
            self.close_connection = True
            return
        service.held.wait(LIMIT)
        self._json(shown(batch))

    def _listed(self, query: str, after: str, shown: Callable[[Batch], dict[str, Any]]) -> None:
        """Two to a page, the newest first."""
        asked = dict(part.split("=") for part in query.split("&") if part)
        batches = self.server.service.submitted[::-1]
        if last := asked.get(after):
            place = next(at for at, one in enumerate(batches) if one.id == last)
            batches = batches[place + 1 :]
        page = [shown(one) for one in batches[:2]]
        self._json({"data": page, "has_more": len(batches) > 2})

    def _file(self, lines: list[dict[str, Any]]) -> None:
        service = self.server.service
        lines = lines + lines[:1]  # each file has a line twice
        random.Random(7).shuffle(lines)
        content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        content = b"\n{half a li\n" + content
        self.send_response(200)
        self.send_header("content-type", "application/binary")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        cut = service.cut > 0
        service.cut -= cut
        self._chunk(content[: len(content) // 2] if cut else content)
        if cut:
            self.close_connection = True
            return
        try:
            while service.endless:
                self._chunk(b" " * 1_000_000)
        except OSError:  # whoever read it has had enough
            self.close_connection = True
            return
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _json(self, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service: BatchService, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.service = service

    def handle_error(self, *_: object) -> None:
        """A client that is killed hangs up."""


@contextmanager
def batch_service(
    answer: Answer = lambda _: "yes!", port: int = 0, **given: Any
) -> Iterator[BatchService]:
    """A service on a loopback port (0: a free one) for the time of the `with`."""
    service = BatchService(answer, **given)
    service.held.set()
    service.slow.set()
    server = _Server(service, port)
    service.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.held.set()
        service.slow.set()
        server.shutdown()
        server.server_close()


def _completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"object": "chat.completion", "choices": [choice], "usage": usage}


def _message(text: str) -> dict[str, Any]:
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 7, "output_tokens": 2},
    }


def _anthropic_error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}}


if __name__ == "__main__":
    with batch_service() as running:
        print(json.dumps({"base_url": running.base_url}), flush=True)
        threading.Event().wait()
