"""External data on moto."""
