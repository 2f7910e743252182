"""Fact documents as columns: the arrays that indicators are computed from.

    columns = read_columns("tax/1", body)                      # from the bytes of a document
    columns = decode_columns(encode_columns("tax/1", body))     # the same, kept between

Decoding is most of what a decision costs, so `extdata` writes the columns of a document once,
beside it, and `risk` reads those.
"""

from __future__ import annotations

from puhui.columns.decode import FactColumns, decode_columns
from puhui.columns.encode import decode_document, encode_columns, encode_decoded
from puhui.columns.errors import DocumentNotReadable
from puhui.columns.read import read_columns
from puhui.fact_schemas.numbers import EPOCH_ORDINAL, day_number

__all__ = [
    "EPOCH_ORDINAL",
    "DocumentNotReadable",
    "FactColumns",
    "day_number",
    "decode_columns",
    "decode_document",
    "encode_columns",
    "encode_decoded",
    "read_columns",
]
