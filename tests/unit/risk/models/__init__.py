"""Tests of the 28 models."""
