"""Offline training of the models that risk serves; never shipped to Lambda."""
