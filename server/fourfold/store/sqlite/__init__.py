"""The store of a workspace folder in SQLite: `.fourfold/fourfold.db`. The only SQL that speaks to it."""
