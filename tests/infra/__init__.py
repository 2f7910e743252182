"""The synthesised templates, as data."""
