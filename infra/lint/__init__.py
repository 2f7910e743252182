"""Checks that no other tool makes: state machines, and sizes of files and functions."""
