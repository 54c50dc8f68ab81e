"""Finds out what a Handlebars text asks for, and where it is broken, without running any of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fourfold.prompts.handlebars_tags import BrokenError, Fault, tags_of

MAX_TAGS = 2_000
MAX_DEPTH = 100
"""That of the library that renders it."""

HELPERS = frozenset(
    ("history", "ifEquals", "json", "log", "lookup", "media", "role", "section", "unlessEquals")
)
"""Those of Dotprompt, and Handlebars' own that are called in a text."""

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*+(?:"|\Z)|'(?:[^'\\]|\\.)*+(?:'|\Z))|(?P<hash>[^\s=()"']+)=|(?P<open>\()"""
    r"""|(?P<path>@?(?:\.\./)*[^\s()"'=|]+)""",
    re.DOTALL,
)
_BLOCK = re.compile(r"[#^](?P<inline>\*inline\b|>)?\s*(?P<name>[^\s|]*)")
_PARAMS = re.compile(r"\bas\s*\|([^|]*)\|\s*$")
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|true|false|null|undefined|this|\.|@(?!root).*")
_SAME_CONTEXT = frozenset(("if", "unless", "ifEquals", "unlessEquals"))
_OWN_CONTEXT = frozenset(("each", "with"))


@dataclass(frozen=True, slots=True)
class UsedName:
    """An input that a text takes at its root; offsets of its first use. `optional`: the text deals
    with its absence."""

    name: str
    start: int
    end: int
    optional: bool


@dataclass(slots=True)
class HandlebarsSource:
    """What was found, in the order of the text."""

    variables: list[UsedName] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    partials: set[str] = field(default_factory=set)
    calls: list[tuple[str, int, int]] = field(default_factory=list)
    """Helpers that are called, and where."""

    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    start: int
    end: int
    own_context: bool
    params: frozenset[str]


def read_handlebars(source: str) -> HandlebarsSource:
    """The analysis of `source`. Never raises."""
    found = HandlebarsSource()
    try:
        _Reader(source, found).read()
    except BrokenError as broken:
        found.fault = broken.fault
    if found.fault is None:
        found.fault = _library_fault(source)
    return found


class _Reader:
    def __init__(self, source: str, found: HandlebarsSource) -> None:
        self._source = source
        self._found = found
        self._blocks: list[_Block] = []
        self._inline: set[str] = set()
        self._seen: dict[str, UsedName] = {}

    def read(self) -> None:
        for count, (start, end, body, at) in enumerate(tags_of(self._source)):
            if count > MAX_TAGS:
                raise BrokenError(f"it has more than {MAX_TAGS:,} tags", start, end)
            self._tag(start, end, body, at)
        if self._blocks:
            last = self._blocks[-1]
            message = f"the block {last.name} has no end, so write {{{{/{last.name}}}}}"
            raise BrokenError(message, last.start, last.end)
        self._found.variables = sorted(self._seen.values(), key=lambda it: it.start)
        self._found.partials -= self._inline

    def _tag(self, start: int, end: int, body: str, at: int) -> None:
        inner = body.strip()
        at += len(body) - len(body.lstrip())
        if inner.startswith("!"):
            return
        if inner.startswith("/"):
            self._close(inner[1:].strip(), start, end)
        elif inner.startswith(("#", "^")) and inner != "^":
            self._open(inner, start, end, at)
        elif inner in ("else", "^"):
            if not self._blocks:
                raise BrokenError("there is an else outside of any block", start, end)
        elif inner.startswith("else "):
            rest = inner.removeprefix("else").lstrip()
            _, _, condition = rest.partition(" ")
            self._expressions(condition, at + len(inner) - len(condition), optional=True)
        elif inner.startswith(">"):
            self._partial(inner[1:], at + 1)
        else:
            lead = 1 if inner.startswith("&") else 0
            self._call(inner[lead:], at + lead, start, end)

    def _close(self, name: str, start: int, end: int) -> None:
        if not self._blocks:
            raise BrokenError(f"there is no block {name} to end here", start, end)
        opened = self._blocks.pop()
        if opened.name != name:
            line = self._source.count("\n", 0, opened.start) + 1
            message = f"{{{{/{name}}}}} ends the block {opened.name} of line {line}"
            raise BrokenError(message, start, end)

    def _open(self, inner: str, start: int, end: int, at: int) -> None:
        match = _BLOCK.match(inner)
        name = match["name"] if match else ""
        if match is None or (not name and match["inline"] is None):
            raise BrokenError("a block needs a name", start, end)
        rest = inner[match.end() :]
        params = _PARAMS.search(rest)
        names = frozenset(params[1].split()) if params else frozenset()
        rest = rest[: params.start()] if params else rest
        own = False
        if match["inline"] == "*inline":
            self._inline.add(rest.strip().strip("\"'") or name.strip("\"'"))
            name = "inline"
        elif match["inline"] == ">":
            self._partial(f"{name}{rest}", at + match.start("name"))
        elif name in _SAME_CONTEXT or name in _OWN_CONTEXT:
            self._expressions(rest, at + match.end(), optional=True)
            own = name in _OWN_CONTEXT and rest.strip() not in ("this", ".")
        elif rest.strip() or name in HELPERS:
            self._found.calls.append((name, at + match.start("name"), at + match.end("name")))
            self._expressions(rest, at + match.end())
        else:
            self._path(name, at + match.start("name"), optional=True)
            own = True
        if len(self._blocks) == MAX_DEPTH:
            raise BrokenError(f"it is nested more than {MAX_DEPTH} levels deep", start, end)
        self._blocks.append(_Block(name, start, end, own, names))

    def _partial(self, body: str, at: int) -> None:
        match = re.match(r"\s*([^\s(]+)", body)
        if match is None:
            return
        name = match[1].strip("\"'")
        if not name.startswith("@"):
            self._found.partials.add(name)
        self._expressions(body[match.end() :], at + match.end(), optional=True)

    def _call(self, body: str, at: int, start: int, end: int) -> None:
        if not body.strip():
            raise BrokenError("a tag is empty", start, end)
        name, _, rest = body.partition(" ")
        called = rest.strip() or name in HELPERS
        if called and not body.startswith(("'", '"', "(")):
            self._found.calls.append((name, at, at + len(name)))
            self._expressions(rest, at + len(name) + 1)
        else:
            self._expressions(body, at)

    def _expressions(self, text: str, at: int, *, optional: bool = False) -> None:
        calls = False
        for match in _TOKEN.finditer(text):
            if match["open"]:
                calls = True
                continue
            path = match["path"]
            if path is None:
                continue
            start = at + match.start("path")
            if calls:
                self._found.calls.append((path, start, start + len(path)))
            elif not _LITERAL.fullmatch(path):
                self._path(path, start, optional=optional)
            calls = False

    def _path(self, path: str, start: int, *, optional: bool) -> None:
        level = sum(block.own_context for block in self._blocks)
        name = path
        if path.startswith("@root"):
            level, name = 0, path[5:].lstrip("./")
        else:
            while name.startswith("../"):
                name, level = name[3:], level - 1
            name = name.removeprefix("this.").removeprefix("this/").removeprefix("./")
        first = re.split(r"[./\[]", name, maxsplit=1)[0]
        bound = "../" not in path and any(first in block.params for block in self._blocks)
        if level > 0 or not first or bound:
            return
        self._found.names.add(first)
        start += path.rfind(name)
        used = UsedName(first, start, start + len(first), optional)
        known = self._seen.get(first)
        if known is None:
            self._seen[first] = used
        elif optional and not known.optional:
            self._seen[first] = UsedName(first, known.start, known.end, optional=True)


def _library_fault(source: str) -> Fault | None:
    """What the library that renders it says is wrong, at the tag that it is about."""
    message = _refusal(source)
    if message is None:
        return None
    start, end = 0, source.find("\n") if "\n" in source else len(source)
    for first, last, body, _ in tags_of(source):
        is_call = not body.lstrip().startswith(("#", "/", "^", "else", "!", ">"))
        if is_call and _refusal(source[first:last]) is not None:
            start, end = first, last
            break
    return Fault(f"The template cannot be read: {message}.", start, end)


def _refusal(source: str) -> str | None:
    from dotpromptz_handlebars import Handlebars

    try:
        Handlebars().compile(source)
    except RecursionError:
        return "it is nested too deeply"
    except Exception as error:  # its reading of tags raises what Python raises
        return f"{error}"[:200].rstrip(".")
    return None
