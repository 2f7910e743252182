"""Validates fact documents of every product with the decoders made from their definitions."""

from __future__ import annotations

import msgspec

from puhui.fact_schemas.structs import broken_declaration, decoder_of


class MsgspecFactSchemas:
    """Validates fact documents against their published schemas."""

    def refusal(self, product: str, body: bytes) -> str | None:
        """Say why the bytes do not follow the schema; None when they do.

        A document must also have as many rows as it declares, in a period that runs forwards.
        The reason never quotes the document: a message of msgspec may carry its content.
        """
        try:
            document = decoder_of(product).decode(body)
        except msgspec.ValidationError:
            return "schema"
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "json"
        return None if broken_declaration(product, document) is None else "schema"
