"""Renders untrusted templates in a process of its own, for `workers/main.py`; never import it.

A request is `{source, values}` for Jinja, with `{partials, secret}` for Handlebars, an answer
`{text}` or `{error, message, line}`.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment, Template

_KEPT_TEMPLATES = 128


def prepare(settings: dict[str, Any]) -> Callable[[bytes], dict[str, Any]]:
    """`settings` are the limits `memory` and `output`, in bytes and characters."""
    environment = _environment()
    _limit(settings["memory"])
    return partial(_answer, environment, OrderedDict(), settings["output"])


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
    output_limit: int,
    request: bytes,
) -> dict[str, Any]:
    try:
        asked = json.loads(request)
        if "secret" in asked:
            text = _handlebars(asked)
            return {"text": text} if len(text) <= output_limit else {"error": "output"}
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


def _handlebars(asked: dict[str, Any]) -> str:
    """What Dotprompt's helpers make of a text; as it, without escaping for HTML."""
    from dotpromptz_handlebars import Handlebars

    secret = asked["secret"]
    engine = Handlebars(escape_html=False)
    helpers: dict[str, Callable[[list[Any], Any], Any]] = {
        "role": lambda args, _: f"⟦{secret}:{args[0] if args else ''}⟧",
        "history": lambda _args, _: f"⟦{secret}:history⟧",
        "json": _json,
        "media": lambda _, options: options.hash_value("url"),
        "section": lambda _args, _: "",
        "log": lambda _args, _: "",
        "ifEquals": lambda args, options: _choose(args[:1] == args[1:2], args, options),
        "unlessEquals": lambda args, options: _choose(args[:1] != args[1:2], args, options),
    }
    for name, helper in helpers.items():
        engine.register_helper(name, helper)
    for name, text in asked["partials"].items():
        engine.register_partial(name, text)
    rendered: str = engine.compile(asked["source"])(asked["values"])
    return rendered


def _choose(met: bool, args: list[Any], options: Any) -> Any:
    if len(args) < 2:  # noqa: PLR2004
        return ""
    return options.fn() if met else options.inverse()


def _json(args: list[Any], options: Any) -> str:
    if not args:
        return ""
    indent = options.hash_value("indent")
    if isinstance(indent, (int, str)) and str(indent).isdigit() and 0 < int(indent) <= 10:  # noqa: PLR2004
        return json.dumps(args[0], indent=int(indent), ensure_ascii=False)
    return json.dumps(args[0], separators=(",", ":"), ensure_ascii=False)


def _line(error: BaseException) -> int | None:
    line = getattr(error, "lineno", None)
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
