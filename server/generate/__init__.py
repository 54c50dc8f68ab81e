"""Makes what is described once into what clients and pages have of it: `python -m generate`."""
