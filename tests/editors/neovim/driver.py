"""A real Neovim without a screen, asked and told through its own socket."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

TOOLS = Path(os.environ.get("FOURFOLD_EDITORS") or Path.home() / ".cache/fourfold-editors")
NVIM = TOOLS / "neovim/bin/nvim"
PLUGIN = Path(__file__).parents[3] / "server/editors/neovim"
LIMIT_SECONDS = 60.0
SLICE_MS = 200
"""How long Neovim may be kept waiting in one go: meanwhile some of its own work stands still."""


class Neovim:
    """Neovim with `init` as its whole configuration and `file` open."""

    def __init__(self, init: Path, file: Path, cwd: Path, env: Mapping[str, str]) -> None:
        # Not below the test's folder: a socket's path may have no more than 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="nvim-"))
        self._socket = self._folder / "socket"
        ready = ["--cmd", "lua io.stderr:write('listening\\n')"]
        self.process = subprocess.Popen(
            [NVIM, "--headless", "--listen", self._socket, *ready, "-u", init, file],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert self.process.stderr is not None
        assert self.process.stderr.readline() == b"listening\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        shutil.rmtree(self._folder)

    def lua(self, code: str) -> Any:
        """What a piece of Lua that is run in Neovim returns, as JSON has it."""
        wrapped = f"vim.json.encode((function() {code}\nend)() or vim.NIL)"
        expression = "luaeval('{}')".format(wrapped.replace("'", "''"))
        done = subprocess.run(
            [NVIM, "--server", self._socket, "--remote-expr", expression],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=LIMIT_SECONDS,
        )
        assert done.returncode == 0, f"{code}\n{done.stderr}"
        return json.loads(done.stdout)

    def wait(self, condition: str, seconds: float = LIMIT_SECONDS) -> None:
        """Returns as soon as a Lua expression is neither nil nor false."""
        end = time.monotonic() + seconds
        wait = f"return (vim.wait({SLICE_MS}, function() return {condition} end, 10))"
        while not self.lua(wait):
            seen = f"{self.lenses()}\n{self.text()}\n{self.messages()}"
            assert time.monotonic() < end, f"never so: {condition}\n{seen}"

    def command(self, line: str) -> None:
        """An Ex command."""
        self.lua(f"vim.cmd({json.dumps(line, ensure_ascii=False)})")

    def press(self, keys: str) -> None:
        """Types, with keys named as Neovim names them: `<Esc>`, `<C-y>`."""
        self.lua(f"vim.api.nvim_input({json.dumps(keys, ensure_ascii=False)})")

    def act(self, title: str) -> None:
        """Carries out the one code action whose title begins so."""
        self.lua(
            "vim.lsp.buf.code_action({apply = true, filter = function(action)"
            f" return vim.startswith(action.title, {json.dumps(title, ensure_ascii=False)}) end}})"
        )

    def write(self, *lines: str) -> None:
        """Replaces the text of the current buffer, and saves it."""
        given = f"vim.json.decode([==[{json.dumps(lines)}]==])"
        self.lua(f"vim.api.nvim_buf_set_lines(0, 0, -1, false, {given}) vim.cmd.write()")

    def quit(self) -> None:
        """`:qa!`, and waits for Neovim to end."""
        keys = [NVIM, "--server", self._socket, "--remote-send", "<Esc>:qa!<CR>"]
        subprocess.run(keys, check=False, capture_output=True, timeout=LIMIT_SECONDS)
        self.process.wait(LIMIT_SECONDS)

    def lenses(self) -> str:
        """The lenses that the first line shows, as text."""
        return str(self.lua(f"return {LENSES}"))

    def text(self) -> str:
        """The text of the current buffer."""
        return str(self.lua(f"return {TEXT}"))

    def messages(self) -> str:
        """What `:messages` shows."""
        return str(self.lua("return vim.fn.execute('messages')"))


TEXT = "(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') .. '\\n')"
LENSES = """(function()
  local shown = {}
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('codelens') then
      local marks = vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })
      for _, mark in ipairs(marks) do
        for _, chunk in ipairs(mark[4].virt_text or mark[4].virt_lines[1]) do
          table.insert(shown, chunk[1])
        end
      end
    end
  end
  return table.concat(shown)
end)()"""
