"""Versioned payloads that modules exchange: events on the bus, commands on queues, calls."""
