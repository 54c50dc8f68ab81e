"""A workflow.yaml open in an editor, with the real server behind it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsp.support.positions import OutsideError, offset_of, position_of
from lsp.support.prompt import make_prompts
from lsp.support.start import start_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from lsprotocol import types

    from lsp.support.client import StrictClient
    from lsp.support.profiles import Profile


@dataclass
class OpenWorkflow:
    """The workflow.yaml of `folder`, open as `uri`."""

    client: StrictClient
    folder: Path
    uri: str

    @property
    def text(self) -> str:
        """The text in the editor."""
        return self.client.buffers[self.uri].text

    def at(self, mark: str) -> tuple[int, int]:
        """Line and character, as the editor counts, of the `¦` in a part of the text."""
        before, _, after = mark.partition("¦")
        offset = self.text.index(before + after) + len(before)
        where = position_of(self.text, offset, self.client.encoding)
        return where.line, where.character

    def marked(self, where: types.Range) -> str:
        """The text of a range."""
        start = offset_of(self.text, where.start, self.client.encoding)
        return self.text[start : offset_of(self.text, where.end, self.client.encoding)]

    async def problems(self, right: Callable[[list[Any]], bool] = bool) -> list[types.Diagnostic]:
        """The diagnostics, once they are right."""
        known = self.client.diagnostics
        await self.client.until(
            lambda: self.uri in known and right(list(known[self.uri])), "the diagnostics"
        )
        return list(known[self.uri])

    async def becomes(self, *marks: tuple[str, str]) -> None:
        """Waits until the problems are these: each with its rule, without `workflow-`, and the text
        that it marks."""
        await self.problems(lambda found: self._marks(found) == list(marks))

    def _marks(self, found: list[types.Diagnostic]) -> list[tuple[str, str]]:
        codes = [str(one.code).removeprefix("workflow-") for one in found]
        try:
            return list(zip(codes, [self.marked(one.range) for one in found], strict=True))
        except OutsideError:  # they are about the text before
            return [("outdated", "")]

    async def offered(self, mark: str) -> list[str]:
        """The labels that are offered at the `¦` of a part of the text."""
        return [one.label for one in await self.client.completions(self.uri, *self.at(mark))]

    async def complete(self, label: str) -> None:
        """Takes what is offered at the end of the text."""
        items = await self.client.completions(self.uri, *self.at(f"{self.text}¦"))
        found = [one for one in items if one.label == label]
        assert found, f"no {label!r} among {[one.label for one in items]} after {self.text!r}"
        edit = found[0].text_edit
        assert edit is not None
        where = edit.range  # type: ignore[union-attr]
        start = offset_of(self.text, where.start, self.client.encoding)
        end = offset_of(self.text, where.end, self.client.encoding)
        self.client.edit(self.uri, self.text[:start] + edit.new_text + self.text[end:])


@asynccontextmanager
async def open_workflow(
    profile: Profile, tmp_path: Path, text: str, prompts: dict[str, str], **more: Any
) -> AsyncIterator[OpenWorkflow]:
    """`prompts/workflow.yaml` open beside prompts (by step id, .md); `more` is start_client's."""
    folder = make_prompts(tmp_path / "work", **prompts)
    path = folder / "prompts" / "workflow.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    async with start_client(profile, [folder], **more) as client:
        yield OpenWorkflow(client, folder, client.open(path, "yaml"))
    assert "Traceback" not in client.stderr, client.stderr
