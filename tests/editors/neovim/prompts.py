"""Prompts for the embedded model."""

SHORT = "---\nmodel:\n  options:\n    maxOutputTokens: 12\n---\nuser:\nName the capital of {}.\n"
LONG = """---
model:
  options:
    maxOutputTokens: 4000
---
user:
Write a very long fairy tale about a dragon, with ten chapters.
"""
