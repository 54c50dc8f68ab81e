"""The command line: for people, for CI, and for AI systems. It knows no LSP."""
