"""Everything that touches AWS, HTTP, cryptography and foreign formats."""
