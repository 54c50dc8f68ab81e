"""Prompt files: from a text to a template, its inputs, its problems and its messages."""
