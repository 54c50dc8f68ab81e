"""What an editor's first answer does not need is loaded after it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LATE = {"sqlite3", "sqlite_utils", "jinja2", "yaml", "openai", "watchdog", "pathspec", "rapidfuzz"}
"""Libraries that only some later question needs."""

OUR_LATE = {
    "app",
    "evals",
    "llm",
    "prompts",
    "runs",
    "source",
    "steps",
    "store",
    "versions",
    "workflow",
}
LIBRARIES = {"fourfold", "attr", "attrs", "cattrs", "lsprotocol", "pygls", "typing_extensions"}


def loaded_at_initialize(folder: Path) -> set[str]:
    """The names of all that a server has imported once `initialize` is answered."""
    roots = [{"uri": folder.as_uri(), "name": folder.name}]
    params = {"processId": None, "capabilities": {}, "workspaceFolders": roots}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
    command = [sys.executable, "-X", "importtime", "-m", "fourfold", "serve"]
    with (folder / "imports").open("w+", encoding="utf-8") as told:
        with subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told
        ) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            server.stdin.flush()
            assert server.stdout.readline().startswith(b"Content-Length: ")
            server.kill()
        told.seek(0)
        return {line.rpartition("|")[2].strip() for line in told if line.startswith("import time:")}


def test_initialize_is_answered_before_what_comes_later_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "a.md").write_text("Hello {{ name }}")
    loaded = loaded_at_initialize(tmp_path)
    assert "fourfold.lsp.protocol" in loaded
    first = {name.partition(".")[0] for name in loaded}
    assert first & LATE == set()
    installed = first - sys.stdlib_module_names - {"imported package", "org"}
    assert installed - LIBRARIES - {"_distutils_hack", "sitecustomize", "annotationlib"} == set()
    ours = {name.split(".")[1] for name in loaded if name.startswith("fourfold.")}
    assert ours & OUR_LATE == set()


def test_who_only_serves_a_folder_needs_no_database_yet() -> None:
    code = (
        "import json, sys, fourfold.lsp.folder, fourfold.project.project;"
        " print(json.dumps(list(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert LATE & set(json.loads(answer.stdout)) == set()
