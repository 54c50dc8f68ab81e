"""A response that brings files: each a code block, named where the block begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.steps.responses.blocks import check_closed, parse_blocks
from fourfold.steps.responses.errors import ResponseError
from fourfold.steps.responses.languages import default_name, is_example, language_of
from fourfold.steps.responses.names import name_before, name_in_comment, read_info
from fourfold.steps.responses.response_files import check_count, check_files
from fourfold.text.same import normalize

if TYPE_CHECKING:
    from markdown_it.token import Token


def read_code(response: str, folder: str | None = None) -> dict[str, Any]:
    """`{"markdown": response, "files": [{"path", "language", "content"}…]}`.

    A file's path is in the block's first line (`python path=src/a.py`), in a comment on the first
    line of the code (`# src/a.py`), or on the line before the block (`### src/a.py`), else it gets
    a name by its language (`code.py`). Paths are below `folder` of the workspace. What is shown as
    an example only, such as a shell command without a name beside files, is none. ResponseError
    where there is no code block, one has no end, or a path may not be written.
    """
    text = normalize(response)
    tokens = parse_blocks(text)
    fences = [place for place, token in enumerate(tokens) if token.type == "fence"]
    check_count(len(fences))
    if not fences:
        raise ResponseError(
            "The response holds no code block.",
            "Answer with fenced code blocks: a line ```python src/name.py, then the whole file, "
            "then a line ```.",
        )
    found = [_file(tokens[place], tokens[max(0, place - 2) : place]) for place in fences]
    files = [file for file in found if file["path"] or not is_example(file["language"])] or found
    _name_the_others(files)
    checked = check_files(files, folder)
    if "\0" in text:
        raise ResponseError(
            "The response holds a NUL character, so it is no code.",
            "Answer with plain text in fenced code blocks, without NUL characters.",
        )
    return {"markdown": response, "files": checked}


def _file(fence: Token, before: list[Token]) -> dict[str, str]:
    check_closed(fence)
    language, path = read_info(fence.info)
    path = path or name_in_comment(fence.content) or name_before(before)
    return {
        "path": path,
        "language": language or language_of(path),
        "content": fence.content,
    }


def _name_the_others(files: list[dict[str, str]]) -> None:
    taken = {file["path"].casefold() for file in files}
    for file in files:
        number = 1
        while not file["path"]:
            name = default_name(file["language"], number)
            if name.casefold() not in taken:
                file["path"] = name
                taken.add(name.casefold())
            number += 1
