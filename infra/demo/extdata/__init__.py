"""External data without AWS: every port in memory, for the demo and for tests."""
