"""Offline training of the models that risk serves, and optimisation; never shipped to Lambda."""
