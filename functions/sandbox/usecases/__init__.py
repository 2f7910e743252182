"""One verb of a simulated outside party per file."""
