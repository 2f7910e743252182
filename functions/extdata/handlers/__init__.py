"""Lambda entries of extdata: decode, call one use case, encode."""
