"""Decision flows as data: cells, plans, flows, the reader and the linter."""
