#!/usr/bin/env bash
# step.sh TEXT [--into FOLDER] COMMAND...: runs it, and says so with its time. On a terminal the line is kept up to
# date, with the size of FOLDER where bytes flow into one. What the command prints is shown where it fails.
set -uo pipefail
text=$1
shift
into=
if [ "$1" = --into ]; then
  into=$2
  shift 2
fi
output=$(mktemp)
trap 'rm -f "$output"' EXIT
"$@" >"$output" 2>&1 &
command=$!
trap 'kill "$command" 2>/dev/null; wait "$command"; echo; exit 130' INT TERM
began=$SECONDS
if [ -t 1 ]; then
  while kill -0 "$command" 2>/dev/null; do
    size=
    if [ -n "$into" ] && [ -d "$into" ]; then
      size=", $(du -sm "$into" 2>/dev/null | cut -f1) MB"
    fi
    printf '\r\033[K… %s (%s s%s)' "$text" $((SECONDS - began)) "$size"
    sleep 0.5
  done
  printf '\r\033[K'
else
  echo "… $text"
fi
if wait "$command"; then
  echo "✓ $text ($((SECONDS - began)) s)"
else
  code=$?
  echo "✗ $text ($((SECONDS - began)) s)" >&2
  cat "$output" >&2
  exit "$code"
fi
