"""Lambda entries: decode, call one use case, encode."""
