"""What intake can do, one verb per file."""
