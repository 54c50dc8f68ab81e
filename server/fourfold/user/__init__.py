"""What is the user's own, outside every workspace: keys, and what was agreed to."""
