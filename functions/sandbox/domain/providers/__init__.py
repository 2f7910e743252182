"""Twelve simulated data providers: what they know of a firm, how they put it, what they charge."""
