"""One file for each LSP method."""
