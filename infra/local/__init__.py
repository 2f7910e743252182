"""The local cloud: runs the synthesised cloud assembly on one machine, offline."""
