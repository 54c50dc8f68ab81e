"""Versions and their responses side by side: pure functions on what the database keeps."""
