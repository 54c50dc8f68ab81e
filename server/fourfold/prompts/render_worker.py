"""Renders untrusted templates in a process of its own. Run as a script; never import it.

Frames on stdin and stdout: four bytes of length (big-endian), then JSON. A request is
`{source, values}`, an answer `{text}` or `{error, message, line}`; the first frame sent says that
the process is ready. It ends by itself when stdin closes, and when a render takes too long.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_KEPT_TEMPLATES = 128


def main() -> None:
    """Answer requests until stdin closes. The one argument is JSON: limits and import paths."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.argv[1])
    sys.path.extend(settings["paths"])
    environment = _environment()
    devnull = Path(os.devnull).open("w")  # noqa: SIM115
    _limit(settings["memory"])
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    templates: OrderedDict[str, Template] = OrderedDict()
    _send(outgoing, {"ready": True})
    while True:
        header = incoming.read(4)
        if len(header) < 4:  # noqa: PLR2004
            return
        request = incoming.read(int.from_bytes(header, "big"))
        # a thread in C, so it ends the process even while Python cannot run
        faulthandler.dump_traceback_later(settings["seconds"], exit=True, file=devnull)
        answer = _answer(environment, templates, request, settings["output"])
        faulthandler.cancel_dump_traceback_later()
        _send(outgoing, answer)


def _environment() -> Environment:
    import jinja2.constants  # noqa: F401
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(keep_trailing_newline=True, finalize=_printed)


def _printed(value: Any) -> Any:
    """What a template prints for `value`: the text of a step's response, which is a mapping with
    that text under `markdown`; any other mapping or list as JSON."""
    if isinstance(value, dict) and isinstance(value.get("markdown"), str):
        return value["markdown"]
    if isinstance(value, (dict, list)):
        try:
            return json.dumps(value, ensure_ascii=False, indent=2, default=str)
        except (TypeError, ValueError):
            return value
    return value


def _limit(memory: int) -> None:
    """Memory for this process, and no file of its own making, where the platform can say so."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_DATA", memory),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue


def _answer(
    environment: Environment,
    templates: OrderedDict[str, Template],
    request: bytes,
    output_limit: int,
) -> dict[str, Any]:
    try:
        asked = json.loads(request)
        source = asked["source"]
        template = templates.pop(source, None) or environment.from_string(source)
        templates[source] = template
        if len(templates) > _KEPT_TEMPLATES:
            templates.popitem(last=False)
        chunks = []
        size = 0
        for chunk in template.generate(asked["values"]):
            size += len(chunk)
            if size > output_limit:
                return {"error": "output"}
            chunks.append(chunk)
        return {"text": "".join(chunks)}
    except MemoryError:
        return {"error": "memory"}
    except RecursionError:
        return {"error": "recursion"}
    except Exception as error:
        if "integer string conversion" in str(error):
            return {"error": "digits"}
        return {"error": "template", "message": str(error)[:500], "line": _line(error)}


def _line(error: BaseException) -> int | None:
    line = getattr(error, "lineno", None)
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
