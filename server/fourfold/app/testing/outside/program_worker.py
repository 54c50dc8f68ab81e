"""Calls one function of a program in Python, with limits. Run as a script; never import it.

The argument is JSON with the limits, the file with the request, the file for the answer (as a
descriptor or a path) and the workspace folder. The answer is `{value}` or `{error}`. It may be run
by another Python than Fourfold's, so it imports nothing of it.
"""

from __future__ import annotations

import json
import math
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


def main() -> None:
    limits = json.loads(sys.argv[1])
    request = json.loads(Path(limits["request"]).read_text("ascii"))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what it prints is nobody's to read
        os.dup2(silence, stream)
    this = os.getpid()
    _limit(limits)
    try:
        said = json.dumps({"value": _called(request, limits["folder"])}, default=_plain)
    except MemoryError:
        said = '{"error": "memory"}'
    except BaseException as error:
        said = json.dumps({"error": f"{type(error).__name__}: {error}"})
    if os.getpid() == this:  # and not one that was forked
        file = limits["answer"]
        descriptor = file if isinstance(file, int) else os.open(file, os.O_WRONLY)
        os.write(descriptor, said.encode())
    os._exit(0)


def _called(request: dict[str, Any], folder: str) -> Any:
    path = request["path"]
    sys.path[:0] = [folder] if path is None else [str(Path(path).parent), folder]
    sys.dont_write_bytecode = True
    if path is None:
        found: dict[str, Any] = {"__name__": "check"}
        exec(compile(request["source"], "<check>", "exec"), found)  # noqa: S102 - what it is for
    else:
        spec = spec_from_file_location("check", path)
        if spec is None or spec.loader is None:
            raise ImportError(path)
        module = module_from_spec(spec)
        sys.modules["check"] = module
        spec.loader.exec_module(module)
        found = vars(module)
    name = request["function"]
    if not callable(found.get(name)):
        raise NameError(f"there is no function {name}")
    value = found[name](request["output"], request["context"])
    return _finite(_waited_for(value) if hasattr(value, "__await__") else value)


def _waited_for(value: Any) -> Any:
    import asyncio  # which takes longer to load than most checks do

    async def waited() -> Any:
        return await value

    return asyncio.run(waited())


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"it gives {value}, which is no number to go by")
    return value


def _plain(value: Any) -> Any:
    """What JSON has no word for: a dataclass, a number of numpy's, an object with attributes."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if callable(getattr(value, "item", None)):
        return value.item()
    if hasattr(value, "__dict__"):
        return vars(value)
    return str(value)


def _limit(limits: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_AS", limits["memory"]),
        ("RLIMIT_CPU", int(limits["seconds"]) + 1),
        ("RLIMIT_FSIZE", limits["file"]),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue


if __name__ == "__main__":
    main()
