"""Simulated people, firms, payments: seeded, deterministic and labelled as simulated."""
