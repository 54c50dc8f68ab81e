"""The workflow of a workspace folder: how its steps stand, and running them in order."""
