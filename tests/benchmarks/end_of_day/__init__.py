"""How long an end of day takes, and what it costs a loan."""
