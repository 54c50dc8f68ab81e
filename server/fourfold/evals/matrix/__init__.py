"""Versions × models × tests × repeats: what is asked in which order, what it may cost, and the
report of what came back. Nothing here asks.
"""
