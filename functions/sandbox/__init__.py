"""Sandbox 沙箱: simulated outside parties, never in production.

Owns: the core-banking rail (payments both ways, debits, daily files, planned faults), the
certificate authority of the demo, the seeded population of firms, and the reader of a bank's own
firm files.
Emits and consumes no events: it stands for parties outside the bank and speaks HTTP only.
"""
