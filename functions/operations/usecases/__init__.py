"""One verb of the back office per file."""
