"""The rules of intake: pure, without AWS, clock or environment."""
