"""The indicator grids, one file a domain; each is a product of declared dimensions."""
