"""Lambda entries, one per file."""
