"""How a response is read: as text, Markdown, JSON with a schema, or code with files."""
