#!/usr/bin/env bash
# Puts coc.nvim below the tools, built from its sources: coc.nvim/. They are here because no registry has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/paths.sh"
bash "$here/node.sh"
export PATH="$TOOLS/node/bin:$PATH"
home=$TOOLS/coc.nvim
[ "$(cat "$home/installed" 2>/dev/null)" != "$COC" ] || exit 0

echo "Building coc.nvim below $TOOLS"
rm -rf "$home"
mkdir -p "$home"
tar -xJf "$here/sources/coc.nvim-$COC.tar.xz" -C "$home"
cd "$home"
# npm has no @chemzqm/neovim 6.4, which package.json asks for.
quiet_npm install --no-save --omit=dev "@chemzqm/neovim@6.3.6"
quiet_npm install --prefix tool "esbuild@$ESBUILD"
NODE_PATH=tool/node_modules node esbuild.js >/dev/null 2>&1
[ -s build/index.js ]
rm -rf node_modules tool src
echo "$COC" >"$home/installed"
