"""Shared field types of every contract: amounts in 分, rates in basis points, ids, dates."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_AMOUNT_FEN = 10**13
"""100 billion yuan: above any amount a rural bank books; larger numbers are input errors."""

SHA256_PATTERN = re.compile(r"^[0-9a-f]{64}$")

Fen = Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT_FEN)]
PositiveFen = Annotated[int, Field(strict=True, gt=0, le=MAX_AMOUNT_FEN)]
SignedFen = Annotated[int, Field(strict=True, ge=-MAX_AMOUNT_FEN, le=MAX_AMOUNT_FEN)]
RateBps = Annotated[int, Field(strict=True, ge=0, le=100_000)]
"""An annual rate in basis points: 435 is 4.35 %."""
Ppm = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
"""A probability in parts per million."""
Months = Annotated[int, Field(strict=True, ge=1, le=360)]
Identifier = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_\-]+$")]
BankCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
Sha256 = Annotated[str, Field(pattern=SHA256_PATTERN.pattern)]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
IndustrySection = Annotated[str, Field(pattern=r"^[A-T]$")]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]


class Contract(BaseModel):
    """A frozen payload; a field it does not know is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Reason(Contract):
    """Why something was decided: a stable code, a text for staff and one for the customer."""

    code: Code
    text: ShortText
    customer_text: ShortText | None = None
