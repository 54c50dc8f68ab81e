"""What a workspace folder keeps: its records, and what is asked of the store that has them."""
