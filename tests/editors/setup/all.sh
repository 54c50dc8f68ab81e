#!/usr/bin/env bash
# What the tests in editors need, but for the extension's own packages. What cannot be had is said, and its tests are
# skipped.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# get SCRIPT TESTS
get() {
  bash "$here/$1.sh" || echo "$1 failed; the tests of $2 will be skipped." >&2
}

get system-packages "editors"
get neovim "Neovim"
get coc "Vim (coc.nvim)"
get vim-lsp "Vim (vim-lsp)"
get code-server "VS Code"
get playwright "VS Code and of the board"
