"""A workspace folder, the real server, an editor, and a scripted model, all for one test."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from lsp.support.profiles import load
from lsp.support.start import SERVE, start_client
from support.scripted_model import scripted_model

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from lsp.support.client import StrictClient
    from lsp.support.profiles import Profile
    from support.scripted_model import Script, ScriptedModel

VSCODE = load("visual_studio_code_v1.139.1")
NEOVIM = load("neovim_v0.11.4")
KATE = load("kate_v26.08")

KEY = "sk-secret-0123456789abcdefghij"
GREET = "Greet Ada.\n"
ENDED = re.compile(r"\S.*: .*(tokens?|failed|cancelled|done)")
"""What an editor without progress is told of runs that have ended."""


class KilledError(Exception):
    """The server was killed on purpose; `session` lets it pass."""


@dataclass
class Session:
    """`uri` is the prompt that is open in the editor; `folder` the workspace folder."""

    client: StrictClient
    model: ScriptedModel
    folder: Path
    home: Path
    uri: str

    async def run(self, **fields: Any) -> list[dict[str, Any]]:
        """fourfold.runStep on the open prompt; the summaries it answers with."""
        answer = await self.client.run("fourfold.runStep", uri=self.uri, **fields)
        return list(answer["runs"])

    async def versions(self, uri: str | None = None) -> dict[str, Any]:
        """fourfold.listVersions."""
        answer = await self.client.run("fourfold.listVersions", uri=uri or self.uri)
        return dict(answer)

    async def last_run(self, number: int | None = None) -> dict[str, Any]:
        """The last run of a version, else of the current one, as listVersions has it."""
        listed = await self.versions()
        wanted = number or listed["current"]
        found = next(one for one in listed["versions"] if one["number"] == wanted)["lastRun"]
        return dict(found)

    async def run_to_end(self, **fields: Any) -> dict[str, Any]:
        """Runs the current version, and returns how its run ended."""
        await self.run(**fields)
        return await self.ended()

    async def ended(self, number: int | None = None) -> dict[str, Any]:
        """Waits for the runs to end, as this editor is told of it; the last one."""
        if self.client.profile.get("window.workDoneProgress"):
            await self.client.progress_end()
        else:
            await self.client.until(lambda: any(map(ENDED.match, self.told())), "the message")
        return await self.last_run(number)

    async def save(self, *texts: str) -> None:
        """Types and saves each text, so that each becomes a version."""
        for text in texts:
            self.client.write(self.uri, text)
            await self.client.lenses(self.uri)

    async def result_lens(self) -> str:
        """The title of the lens before the version's, which tells the last result."""
        lens = (await self.client.lenses(self.uri))[0]
        assert lens.command is not None
        return lens.command.title

    async def text(self, uri: str) -> str:
        """A document as this editor gets to see it: read from the server, or as a file."""
        if uri.startswith("file:"):
            return self.client.text_of(uri)
        return await self.client.read(uri)

    @property
    def process_id(self) -> int:
        """The server's process."""
        assert self.client._server is not None
        return self.client._server.pid

    def kill(self) -> NoReturn:
        """Kills the server without a warning, and leaves the session."""
        assert self.client._server is not None
        self.client._server.kill()
        raise KilledError

    def told(self) -> list[str]:
        """The messages shown to the user."""
        return [one.message for one in self.client.messages]


@asynccontextmanager
async def session(
    tmp_path: Path,
    *scripts: Script,
    profile: Profile = VSCODE,
    prompt: str = GREET,
    name: str = "greet.md",
    files: Mapping[str, str] | None = None,
    config: str | None = None,
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    command: Sequence[str] = SERVE,
) -> AsyncIterator[Session]:
    """A session with the prompt `prompts/<name>` open and its first version there.

    It goes on in the folder that an earlier one with the same `tmp_path` has left. `files` are
    more files of the workspace folder, `config` is the user's own config.toml. A value of `env`
    that is empty takes the variable out; without `env` the scripted model is the one that
    OPENAI_BASE_URL names.
    """
    folder, home = tmp_path / "workspace", tmp_path / "home"
    for path, text in {f"prompts/{name}": prompt, **(files or {})}.items():
        if not (folder / path).exists():
            write(folder / path, text)
    home.mkdir(exist_ok=True)
    if config is not None:
        write(home / ".config" / "fourfold" / "config.toml", config)
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(scripted_model(*scripts))
        variables = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": KEY, **(env or {})}
        client = await stack.enter_async_context(
            start_client(
                profile,
                [folder],
                {name: value for name, value in variables.items() if value},
                dict(settings) if settings else None,
                configuration={"fourfold": dict(settings)} if settings else None,
                home=home,
                command=command,
            )
        )
        uri = client.open(folder / "prompts" / name)
        await client.lenses(uri)
        yield Session(client, model, folder, home, uri)
    assert_kept_secret(KEY, client, folder)
    assert "Traceback" not in client.stderr, client.stderr


def assert_kept_secret(secret: str, client: StrictClient, folder: Path) -> None:
    """The secret is in no message, not in the log, and in no file of the state folder."""
    assert secret not in client.stderr
    assert secret not in repr(client.received)
    for path in (folder / ".fourfold").rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path


def write(path: Path, text: str) -> Path:
    """Writes a file as it stands, with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path
