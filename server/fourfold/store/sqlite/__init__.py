"""The store of a workspace folder in SQLite: `.fourfold/fourfold.db`. All SQL for it is here."""
