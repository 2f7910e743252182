"""What can be wrong with a document that is read as columns."""

from __future__ import annotations


class DocumentNotReadable(Exception):
    """A document does not follow its schema or its own declaration; `rule` says which.

    The message never quotes the document: it holds a firm's business.
    """

    def __init__(self, rule: str) -> None:
        """Keep the broken rule: json, schema, size, rows, period, columns."""
        self.rule = rule
        super().__init__(f"the document breaks rule {rule}")
