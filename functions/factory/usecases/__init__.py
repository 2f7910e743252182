"""What the credit factory does, one verb a file."""
