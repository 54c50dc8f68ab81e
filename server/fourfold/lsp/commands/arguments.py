"""The one argument of a command, checked field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fourfold.errors import InvalidArgumentError
from fourfold.lsp.convert import path_of
from fourfold.lsp.views import document_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.reports.documents import Document

MOST_REPEATS = 20
_NUMBERS = "a list of version numbers, each once, such as [2, 3]"


class Target(NamedTuple):
    """The step that a command is about, and the document whose URI it was given, if it was one."""

    folder: Folder
    file: StepFile
    document: Document | None = None


class Arguments:
    """Reads the fields of a command's argument; a refusal names the field and what is allowed."""

    def __init__(self, ls: FourfoldServer, fields: dict[str, Any], allowed: Sequence[str]) -> None:
        for name in fields:
            if name not in allowed:
                raise InvalidArgumentError(
                    name, f"{name}: there is no such field; allowed are {', '.join(allowed)}."
                )
        self._ls = ls
        self._fields = fields

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    async def target(self) -> Target:
        """The step of `uri`."""
        uri = self.text("uri")
        if uri is None:
            raise InvalidArgumentError(
                "uri", "uri: it is missing; give the URI of a prompt file or of its document."
            )
        found = await find_target(self._ls, uri)
        if found is None:
            raise InvalidArgumentError(
                "uri",
                f"uri: {uri} is none of the prompts, since {self._ls.why_no_step(uri)}.",
            )
        if self._ls.buffers.of_path(found.file.path) is None:
            file = await found.folder.call(found.folder.project.as_remembered, found.file)
            await known_step(found.folder, file.step)
            return found._replace(file=file)
        return found

    def text(self, name: str) -> str | None:
        found: str | None = self._checked(name, "a text", lambda v: isinstance(v, str) and bool(v))
        return found

    def flag(self, name: str) -> bool:
        return bool(self._checked(name, "true or false", lambda v: isinstance(v, bool)))

    def number(self, name: str, least: int, most: int | None = None) -> int | None:
        expected = f"a whole number from {least}" + (f" to {most}" if most else "")
        found: int | None = self._checked(
            name, expected, lambda v: _is_number(v) and v >= least and (most is None or v <= most)
        )
        return found

    def inputs(self) -> dict[str, Any]:
        found = self._checked("inputs", "an object of values by input name", _is_object)
        return found or {}

    def ids(self, name: str) -> list[str] | None:
        found: list[str] | None = self._checked(
            name,
            "a list of run ids",
            lambda v: isinstance(v, list) and all(isinstance(one, str) for one in v),
        )
        return found

    def versions(self) -> list[int] | None:
        """The version numbers asked for; None where there are none."""
        found: list[int] | None = self._checked("versions", _NUMBERS, _are_numbers)
        return found

    def versions_or_all(self) -> list[int] | Literal["all"] | None:
        """As `versions`, or "all"."""
        if self._fields.get("versions") == "all":
            return "all"
        found: list[int] | None = self._checked("versions", f'{_NUMBERS}, or "all"', _are_numbers)
        return found

    def versions_by_step(self) -> dict[str, int]:
        found: dict[str, int] | None = self._checked(
            "versions",
            "an object of version numbers by step id",
            lambda v: _is_object(v) and all(_is_number(one) for one in v.values()),
        )
        return found or {}

    def no_tests(self) -> None:
        """Refuses a test: a step has none yet."""
        if (test := self.text("test")) is not None:
            raise InvalidArgumentError(
                "test",
                f"test: there is no test {test}, since this step has no tests; leave it out.",
            )

    def _checked(self, name: str, expected: str, fits: Callable[[Any], bool]) -> Any:
        value = self._fields.get(name)
        if value is not None and not fits(value):
            raise InvalidArgumentError(name, f"{name}: it has to be {expected}.")
        return value


def find_document(ls: FourfoldServer, uri: str) -> tuple[Folder, Document] | None:
    """The document that a URI is of, and its folder."""
    if (virtual := document_at(uri)) is not None:
        key, document = virtual
        folders = [folder for folder in ls.folders.values() if folder.project.key == key]
        return (folders[0], document) if folders else None
    if (path := path_of(uri)) is not None:
        for folder in ls.folders.values():
            if (viewed := folder.views.find(path)) is not None:
                return folder, viewed
    return None


async def find_target(ls: FourfoldServer, uri: str) -> Target | None:
    """The step of a prompt file's URI, or of the URI of one of its documents."""
    if (document := find_document(ls, uri)) is not None:
        return await _of_document(*document) if document[1].step else None
    if document_at(uri) is not None:
        return None
    found = ls.step_of(uri)
    return Target(*found) if found else None


async def _of_document(folder: Folder, document: Document) -> Target:
    return Target(folder, await known_step(folder, document.step), document)


async def known_step(folder: Folder, step: str) -> StepFile:
    """The step's file, there or deleted; a refusal of `uri` that names the steps there are."""
    try:
        return await folder.call(folder.project.step_file, step)
    except InvalidArgumentError as error:
        raise InvalidArgumentError("uri", f"uri: {str(error).removeprefix('step: ')}") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_numbers(value: Any) -> bool:
    if not isinstance(value, list) or not all(_is_number(one) for one in value):
        return False
    return 0 < len(value) == len(set(value))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
