#!/usr/bin/env bash
# Puts vim-lsp below the tools: vim-lsp/. Its files are here because no registry has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/paths.sh"
home=$TOOLS/vim-lsp
[ "$(cat "$home/installed" 2>/dev/null)" != "$VIM_LSP" ] || exit 0

rm -rf "$home"
mkdir -p "$home"
tar -xJf "$here/sources/vim-lsp-$VIM_LSP.tar.xz" -C "$home"
echo "$VIM_LSP" >"$home/installed"
