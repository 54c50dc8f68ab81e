#!/usr/bin/env bash
# Installs the Debian packages that the editor tests use: Chromium, which shows VS Code in the browser.
# Without root or without apt nothing is changed; the tests that need them then say so and are skipped.
set -euo pipefail
PACKAGES=(chromium)

missing=()
for package in "${PACKAGES[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "system-packages: ${missing[*]} is missing and needs apt-get and root; the tests in VS Code will be skipped." >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -yqq --no-install-recommends "${missing[@]}" >/dev/null; }; then
  echo "system-packages: apt-get could not install ${missing[*]}; the tests in VS Code will be skipped." >&2
fi
