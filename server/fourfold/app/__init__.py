"""What can be done with a workspace folder, once for all ways in: one file for each use case."""
