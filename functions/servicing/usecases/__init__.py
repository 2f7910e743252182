"""What servicing does, one verb per file."""
