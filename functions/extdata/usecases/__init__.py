"""What one can do with external data: one verb a file."""
