"""The rules of external data: pure, no AWS, no clock, no network."""
