"""Texts: what counts as the same, how two differ, how nothing in one can act or hide."""
