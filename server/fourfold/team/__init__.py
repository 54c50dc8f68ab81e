"""What people give each other: what is known of texts, and who knows it."""
