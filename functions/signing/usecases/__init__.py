"""What signing does, one verb per file."""
