#!/usr/bin/env bash
# Puts Playwright's library, without browsers, below the tools: playwright/. It drives the system's Chromium.
# With it UPNG, which makes screenshots small.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/paths.sh"
bash "$here/node.sh"
export PATH="$TOOLS/node/bin:$PATH"
home=$TOOLS/playwright
[ "$(cat "$home/installed" 2>/dev/null)" != "$PLAYWRIGHT $UPNG" ] || exit 0

echo "Installing playwright-core $PLAYWRIGHT below $TOOLS"
mkdir -p "$home"
cd "$home"
echo '{"private": true}' >package.json
quiet_npm install "playwright-core@$PLAYWRIGHT" "upng-js@$UPNG"
echo "$PLAYWRIGHT $UPNG" >"$home/installed"
