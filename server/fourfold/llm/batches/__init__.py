"""Providers' batch services: many requests that are left together, and cost less."""
