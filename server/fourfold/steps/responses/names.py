"""Where a response says which file a code block is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_KEY = re.compile(
    r"""(?<![\w-])(?:path|file|filename|filepath|title|name)\s*[=:]\s*
        (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"',}]+))""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(r"(?:file\s*name|file\s*path|file|path)\s*:\s*", re.IGNORECASE)
_NUMBER = re.compile(r"(?:step\s+)?\d{1,3}[.):]\s+", re.IGNORECASE)
# a suffix begins with a letter, so that v1.2 is none
_FILE = re.compile(r"[^\s`*<>\"'(){},;]*[^\s`*<>\"'(){},;/\\.]\.[A-Za-z][\w-]{0,15}")
# where a file that is none of these would lie: a path all the same, to be refused by name
_ELSEWHERE = re.compile(
    r"(?:[^\n]*[\\/])?\.\.[\\/][^\n]+|~[\\/][^\s]+|[A-Za-z]:[\\/][^\s]+|\\\\[^\s]+"
)
# what has no suffix, as it begins with a dot or lies in a folder that does
_HIDDEN = re.compile(
    r"(?:[^\s\\/]+[\\/])*\.(?:env[\w.-]*|git\w+|[a-z][\w-]*(?:rc|ignore|config|profile|version|"
    r"versions|keep)|[a-z][\w-]*[\\/][^\s`]+)"
)
_PLAIN_NAMES = {"Dockerfile", "Makefile", "LICENSE", "Procfile", "Gemfile", "Rakefile"}
_COMMENT = re.compile(r"(?:#(?!!)|//|--|;|%|/\*+|<!--)\s*(?P<text>[^\n]*?)\s*(?:\*/|-->)?")
_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_MAX_LINE = 500


def read_info(info: str) -> tuple[str, str]:
    """The language and the path in the first line of a code block; empty where it has none."""
    info = info.strip()[:_MAX_LINE]
    key = _KEY.search(info)
    if key is not None:
        path = next(group for group in key.groups() if group is not None)
        words = _words(info[: key.start()] + " " + info[key.end() :])
        return (words[0].lower() if words and not _is_file(words[0]) else ""), path
    words = _words(info)
    if not words:
        return "", ""
    if _is_path(words[0]) and ":" not in words[0][2:]:
        return "", words[0]
    language, _, rest = words[0].partition(":")
    path = rest if _is_path(rest) else next((word for word in words[1:] if _is_path(word)), "")
    return language.lower(), path


def name_in_comment(code: str) -> str:
    """The path that is all there is in a comment on the first line; empty where there is none."""
    comment = _COMMENT.fullmatch(code.split("\n", maxsplit=1)[0].strip()[:_MAX_LINE])
    return _alone(comment["text"]) if comment is not None else ""


def name_before(tokens: list[Token]) -> str:
    """The path in the heading or the line that ends just before; empty where there is none."""
    if not tokens or tokens[-1].type not in {"heading_close", "paragraph_close"}:
        return ""
    line = tokens[-2].content.rpartition("\n")[2].strip()[:_MAX_LINE]
    if name := _alone(line):
        return name
    if tokens[-1].type == "heading_close" or line.startswith("**"):
        spans = [span for span in _CODE_SPAN.findall(line) if _is_file(span)]
        return spans[0] if len(spans) == 1 else ""
    return ""


def _alone(text: str) -> str:
    """The path that `text` is, but for emphasis, a number, a word like "File:" and a colon."""
    bare = _NUMBER.sub("", text.strip().strip("*_").strip(), count=1)
    bare = _LABEL.sub("", bare.strip("*"), count=1).strip().strip("*`: ")
    return bare if _is_file(bare) else ""


def _is_file(text: str) -> bool:
    return text.rpartition("/")[2] in _PLAIN_NAMES or any(
        pattern.fullmatch(text) for pattern in (_FILE, _ELSEWHERE, _HIDDEN)
    )


def _is_path(word: str) -> bool:
    """As `_is_file`, where only a language or a path is expected."""
    return _is_file(word) or word.startswith(("/", "./"))


def _words(info: str) -> list[str]:
    """The words of the line, without what marks attributes: `{.python #id}`."""
    return [word for raw in info.removeprefix("{.").split() if (word := raw.strip("{},"))]
