#!/usr/bin/env bash
# Puts VS Code for the browser (code-server, from npm) below the tools: code-server/. No compiler is needed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/paths.sh"
bash "$here/node.sh"
export PATH="$TOOLS/node/bin:$PATH"
home=$TOOLS/code-server
[ "$(cat "$home/installed" 2>/dev/null)" != "$CODE_SERVER" ] || exit 0

echo "Installing VS Code (code-server $CODE_SERVER) below $TOOLS; this takes half a minute"
rm -rf "$home"
mkdir -p "$home"
cd "$home"
echo '{"private": true}' >package.json
quiet_npm install "code-server@$CODE_SERVER"
cd node_modules/code-server/lib/vscode
quiet_npm install --omit=dev --legacy-peer-deps

# Native modules that would have to be compiled.
cp "$here/spdlog.js" node_modules/@vscode/spdlog/index.js
for watchdog in node_modules/{@vscode/,}native-watchdog; do
  [ ! -d "$watchdog" ] || echo 'exports.start = () => {};' >"$watchdog/index.js"
done
# 380 MB that nothing here uses.
rm -rf node_modules/@github/copilot-sdk* node_modules/@microsoft/mxc-sdk \
  node_modules/@vscode/{windows-process-tree,sandbox-runtime} node_modules/@devcontainers \
  node_modules/node-pty/{deps,third_party} \
  extensions/{copilot,microsoft-authentication} extensions/ms-vscode.*
echo "$CODE_SERVER" >"$home/installed"
