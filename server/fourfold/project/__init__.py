"""One workspace folder: its settings, store, prompts and models, wired together."""
