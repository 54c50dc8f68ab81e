"""One version, one set of inputs, one response: carrying out runs."""
