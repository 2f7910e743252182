"""Benchmarks of external data."""
