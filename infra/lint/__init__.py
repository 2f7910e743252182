"""Checks of files that are neither Python nor CDK: the state machines."""
