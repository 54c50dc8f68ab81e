"""The store of a workspace folder in SQLite: `.fourfold/fourfold.db`. The only SQL there is."""
