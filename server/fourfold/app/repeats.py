"""How often one thing may be run at once, however it is asked for."""

MOST_REPEATS = 20
"""Of a version."""

MOST_TEST_REPEATS = 1000
"""Of a test."""
