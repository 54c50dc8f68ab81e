"""Calls of tests that are left with a provider's batch service, and collected later."""
