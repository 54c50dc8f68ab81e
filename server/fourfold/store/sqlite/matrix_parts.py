"""In which parts a matrix goes up to a team."""

TEXTS, STATE = -2, -1
"""What it compares, and how far it is."""

PLACES = 64
"""So many places of its order are another part, with the answers of all arms."""
