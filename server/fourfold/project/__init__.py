"""One workspace folder: its settings, its store and its prompt files, wired together."""
