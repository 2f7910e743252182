"""Lambda entries that are not the API: one job per file."""
