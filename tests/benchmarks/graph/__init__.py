"""How long the graph models take on a neighbourhood of 500 nodes and 2,000 edges."""
