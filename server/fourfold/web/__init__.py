"""The board's page on loopback, for one user's browser: whoever has a board can have it served."""
