"""The database of one workspace folder: `.fourfold/fourfold.db`, the only place that speaks SQL."""
