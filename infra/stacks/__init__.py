"""One stack per module, named after it."""
