"""One Lambda entry per file: decode, call one use case, encode."""
