"""The only code that talks to a model, and the only code that ever holds a key."""
