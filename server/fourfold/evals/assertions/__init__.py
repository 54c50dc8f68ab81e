"""What a response can be held against: one module for each kind, which registers its types.

`registry.py` finds them; nothing else has to know them all.
"""
