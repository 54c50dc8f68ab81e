"""What documents say of versions, runs and workflows: pure functions of what is kept."""
