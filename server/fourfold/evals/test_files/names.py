"""How tests files are named. Light to import: what reads them is not."""

from __future__ import annotations

KINDS = (".yaml", ".yml", ".json", ".jsonl", ".csv")
SUFFIXES = tuple(f".tests{suffix}" for suffix in KINDS)
"""How the names of tests files end; before that stands the name of the prompt."""
