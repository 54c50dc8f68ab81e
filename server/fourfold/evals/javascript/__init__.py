"""JavaScript in an embedded engine, in a process that can be killed."""
