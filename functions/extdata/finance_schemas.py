"""What finance sends: statement files, and how a provider names their columns."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final

from pydantic import Field

from extdata.domain.statement import Column, StatementFormat
from puhui.contracts.common import Contract as Schema
from puhui.contracts.common import Identifier, ShortText
from puhui.errors import Unprocessable

MAX_STATEMENT_BODY_BYTES: Final = 5_800_000
"""A file of 4 MB in base64; Lambda itself takes 6 MB."""


MAX_DISPUTES: Final = 2_000
"""Disputes in one answer: about 1 MB."""


class StatementBody(Schema):
    """A statement file (对账单), CSV or XLSX."""

    file_name: ShortText
    content_base64: Annotated[str, Field(min_length=1, max_length=MAX_STATEMENT_BODY_BYTES)]

    def content(self) -> bytes:
        """The file's bytes."""
        try:
            return base64.b64decode(self.content_base64, validate=True)
        except binascii.Error:
            raise Unprocessable(
                "not base64", field="content_base64", rule="statement.base64"
            ) from None


class DisputeQuery(Schema):
    """Which page of the disputes."""

    limit: Annotated[int, Field(ge=1, le=MAX_DISPUTES)] = MAX_DISPUTES
    cursor: Annotated[str, Field(pattern=r"^[0-9a-f]{16}\.[0-9]{1,7}$")] | None = None


class StatementFormatBody(Schema):
    """How a provider names columns and connectors; what is left out is named as we name it."""

    columns: Annotated[
        dict[Column, Annotated[tuple[ShortText, ...], Field(max_length=10)]], Field(max_length=7)
    ] = {}  # noqa: RUF012  (pydantic copies defaults)
    connectors: Annotated[dict[ShortText, Identifier], Field(max_length=200)] = {}  # noqa: RUF012

    def to_domain(self) -> StatementFormat:
        """The format."""
        return StatementFormat(columns=self.columns, connectors=self.connectors)

    @classmethod
    def of(cls, form: StatementFormat) -> StatementFormatBody:
        """Show a format."""
        return cls(columns=dict(form.columns), connectors=dict(form.connectors))
