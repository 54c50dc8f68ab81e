"""Files that people write: positions in them, what is wrong where, YAML that keeps its places."""
