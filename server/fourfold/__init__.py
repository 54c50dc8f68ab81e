"""Keeps the last four versions of every prompt, runs any of them, and compares the responses."""

__version__ = "0.1.0"
