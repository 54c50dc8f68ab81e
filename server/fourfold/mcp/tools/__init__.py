"""What an agent can do, each tool a reader over a use case."""
