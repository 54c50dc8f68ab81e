"""Tests of prompts, what their responses are worth, and which version is proven better.

Nothing here asks a model, knows a database or an editor.
"""
