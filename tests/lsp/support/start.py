"""Starts a server in an environment of its own, with a strict client that talks to it."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp.support.client import StrictClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from lsp.support.profiles import Profile

SERVE = [sys.executable, "-m", "fourfold", "serve"]
FRESH = ["env", *SERVE]
"""The server in a Python that starts as an editor starts it, not in a fork."""
TINY = [sys.executable, str(Path(__file__).with_name("tiny_server.py"))]
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "TMPDIR", "LANG")


def isolated(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment whose home and configuration folders are empty, without keys."""
    places = {
        "HOME": home,
        "HTTPS_PROXY": "http://127.0.0.1:9",  # so that nothing reaches a real service
        "USERPROFILE": home,
        "APPDATA": home / "AppData" / "Roaming",
        "LOCALAPPDATA": home / "AppData" / "Local",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_CACHE_HOME": home / ".cache",
    }
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept,
        **{name: str(path) for name, path in places.items()},
        "PYTHONUTF8": "1",
        **(more or {}),
    }


@asynccontextmanager
async def start_client(
    profile: Profile,
    folders: Sequence[Path] = (),
    env: Mapping[str, str] | None = None,
    initialization_options: Any = None,
    *,
    configuration: dict[str, Any] | None = None,
    home: Path | None = None,
    command: Sequence[str] = SERVE,
) -> AsyncIterator[StrictClient]:
    """A client after `initialized`. Leaving it shuts the server down, and fails on a violation.

    `configuration` is what the editor answers to `workspace/configuration`; `home` takes the place
    of the user's home. Unless given, it is one of the first folder's own, empty at first.
    """
    with tempfile.TemporaryDirectory(prefix="fourfold-home-") as empty:
        client = StrictClient(profile, configuration)
        usual = folders[0].with_name(f"{folders[0].name}-home") if folders else Path(empty)
        environment = isolated(home or usual, env)
        await client.start_io(*command, env=environment)
        client.folders = [types.WorkspaceFolder(path.as_uri(), path.name) for path in folders]
        try:
            info = profile.client_info
            await client.limited(
                client.initialize_async(
                    types.InitializeParams(
                        capabilities=client.capabilities,
                        process_id=os.getpid(),
                        client_info=types.ClientInfo(**info) if info else None,
                        root_uri=client.folders[0].uri if client.folders else None,
                        workspace_folders=client.folders or None,
                        initialization_options=initialization_options,
                    )
                ),
                "initialize",
            )
            client.initialized(types.InitializedParams())
            yield client
        except BaseException:
            if client._server is not None and client._server.returncode is None:
                client._server.kill()
            await client.stop()
            raise
        code = await client.end()
        client.check()
        assert client.error is None, f"{client.error}\n{client.stderr}"
        assert code == 0, f"The server ended with code {code}.\n{client.stderr}"
