"""Long random use."""
