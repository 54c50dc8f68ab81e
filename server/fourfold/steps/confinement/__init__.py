"""Processes that run what a model wrote, kept apart from everything that is the user's."""
