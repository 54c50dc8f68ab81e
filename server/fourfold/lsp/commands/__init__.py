"""The commands of protocol.md, one file for each kind."""
