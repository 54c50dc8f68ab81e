"""Saving, the cap, switching and undo of versions, and the files and folders they come from."""
