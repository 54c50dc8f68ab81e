"""Prompts for the embedded model."""

TEXTS = {1: "one", 2: "Number two", 3: "Three, the longest of all", 4: "four", 5: "Number 5:5"}
"""The text of each version: others are longer, shorter and as long as the last."""

SHORT = "---\nmodel:\n  options:\n    maxOutputTokens: 12\n---\nuser:\nName the capital of {}.\n"
LONG = """---
model:
  options:
    maxOutputTokens: 4000
---
user:
Write a very long fairy tale about a dragon, with ten chapters.
"""
