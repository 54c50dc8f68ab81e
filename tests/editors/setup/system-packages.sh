#!/usr/bin/env bash
# Installs the Debian packages that tests use: Chromium, which shows VS Code in the browser, Emacs with both of its
# language clients, Vim with ALE, tmux, in which editors are driven with real keys, Kate with a screen of its own, and
# PostgreSQL, which the tests start.
# Without root or without apt nothing is changed; the tests that need them then say so and are skipped.
set -euo pipefail
# Which tests each package is for.
declare -A PACKAGES=(
  [chromium]="VS Code"
  [emacs-nox]="Emacs"
  [elpa-eglot]="Emacs (eglot)"
  [elpa-lsp-mode]="Emacs (lsp-mode)"
  [vim-nox]="Vim"
  [vim-ale]="Vim (ALE)"
  [tmux]="editors in a terminal"
  [kate]="Kate"
  [xvfb]="Kate"
  [xdotool]="Kate"
  [dbus-daemon]="Kate"
  [lua-check]="luacheck"
  [elpa-package-lint]="package-lint"
  [postgresql-15]="teams"
)

# say_skipped WHY PACKAGE...: one line for each package, with the tests that will be skipped
say_skipped() {
  local why=$1 package
  for package in "${@:2}"; do
    echo "system-packages: $package $why; the tests of ${PACKAGES[$package]} will be skipped." >&2
  done
}

missing=()
for package in "${!PACKAGES[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  say_skipped "is missing and needs apt-get and root" "${missing[@]}"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -yqq -o DPkg::Lock::Timeout=60 --no-install-recommends "${missing[@]}" >/dev/null; }; then
  say_skipped "could not be installed by apt-get" "${missing[@]}"
fi
