"""The technologies behind the factory's ports."""
