"""One prompt open in an editor, with the real server behind it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pygls.exceptions import JsonRpcException

from lsp.support.shapes import check_versions
from lsp.support.start import start_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from lsp.support.client import StrictClient
    from lsp.support.profiles import Profile

T = TypeVar("T")
INVALID_PARAMS, REQUEST_FAILED = -32602, -32803


@dataclass
class Prompt:
    """A prompt file at `path`, open as `uri`."""

    client: StrictClient
    folder: Path
    path: Path
    uri: str

    @property
    def buffer(self) -> str:
        """The text in the editor."""
        return self.client.buffers[self.uri].text

    @property
    def disk(self) -> str:
        """The text in the file, its line ends as they are."""
        return self.path.read_bytes().decode()

    @property
    def told(self) -> list[str]:
        """The messages that the user was shown."""
        return [one.message for one in self.client.messages]

    async def run(self, command: str, **fields: Any) -> Any:
        """A command of Fourfold's on this prompt."""
        return await self.client.run(f"fourfold.{command}", {"uri": self.uri}, **fields)

    async def listed(self) -> dict[str, Any]:
        """Its VersionList."""
        return check_versions(await self.run("listVersions"))

    async def state(self) -> str:
        """Its versions as `v2 v3* v4`, where the star is at the current one."""
        return state_of(await self.listed())

    async def save(self, *texts: str) -> None:
        """Types and saves each text, and waits until it is taken in."""
        for text in texts:
            self.client.write(self.uri, text)
            await self.client.lenses(self.uri)

    async def titles(self) -> list[str]:
        """The titles of the lenses."""
        lenses = await self.client.lenses(self.uri)
        return [lens.command.title for lens in lenses if lens.command]

    async def becomes(self, state: str) -> None:
        """Waits until the versions are so, as they will be once a change on disk is taken in."""
        await until_answer(self.client, self.state, lambda seen: seen == state, state)


async def until_answer(
    client: StrictClient, ask: Callable[[], Awaitable[T]], right: Callable[[T], bool], what: str
) -> T:
    """Asks again after every message of the server until the answer is right; that answer."""
    while True:
        known = len(client.received)
        answer = await ask()
        if right(answer):
            return answer
        await client.until(
            lambda known=known: len(client.received) > known,  # type: ignore[misc]
            f"{what} (is {answer})",
        )


def state_of(listed: dict[str, Any]) -> str:
    """A VersionList as `v2 v3* v4`."""
    return " ".join(
        version["label"] + "*" * version["current"] for version in reversed(listed["versions"])
    )


async def refusal(answer: Any) -> JsonRpcException:
    """The error that a request is answered with."""
    try:
        result = await answer
    except JsonRpcException as error:
        return error
    raise AssertionError(f"no error but {result!r}")


def make_prompts(folder: Path, **texts: str) -> Path:
    """A workspace folder with prompts; names are without their suffix .md."""
    for name, text in texts.items():
        path = folder / "prompts" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


@asynccontextmanager
async def open_prompt(
    profile: Profile, tmp_path: Path, text: str = "one\n", name: str = "greet.md", **more: Any
) -> AsyncIterator[Prompt]:
    """The prompt `prompts/<name>` open, and its first version there; `more` is start_client's."""
    folder = tmp_path / "work"
    path = folder / "prompts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(text.encode())
    async with start_client(profile, [folder], **more) as client:
        prompt = Prompt(client, folder, path, client.open(path))
        await client.lenses(prompt.uri)
        yield prompt
    assert "Traceback" not in client.stderr, client.stderr
