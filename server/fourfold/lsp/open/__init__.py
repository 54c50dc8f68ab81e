"""The documents that the editor has open."""
