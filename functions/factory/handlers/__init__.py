"""Lambda entries of the factory, one a file."""
