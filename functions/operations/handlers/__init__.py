"""Lambda entries of operations: decode, call one use case, encode."""
