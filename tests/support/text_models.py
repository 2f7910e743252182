"""Builders of the text part's inputs, and its parameters as they are shipped."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import msgspec

from risk.domain.models.text_severity import Answer, Inputs, Parameters, Signal, Text, answer
from tests.support.risk_stores import ARTEFACTS

SHIPPED = ARTEFACTS / "text_severity"
TODAY = date(2026, 8, 1)
NAME = "安徽鼎盛商贸有限公司"


@cache
def shipped_parameters() -> Parameters:
    """The parameters of the layer."""
    document = json.loads((SHIPPED / "parameters.json").read_text(encoding="utf-8"))
    return msgspec.convert(document["parameters"], Parameters, strict=True)


def a_signal(negative_ppm: int = 0, **events_ppm: int) -> Signal:
    """What a model read; nothing bad unless told."""
    return Signal(negative_ppm=negative_ppm, events_ppm=events_ppm or {"其他": 1_000_000})


def a_text(text: str | None, **changed: Any) -> Text:
    """A text of today that its source ties to the customer."""
    usual = {"published_on": TODAY, "signal": None, "tied_by_source": True}
    return Text(text=text, **(usual | changed))


def judged(*texts: Text, names: tuple[str, ...] = (NAME,)) -> Answer:
    """The answer of today about these texts."""
    return answer(Inputs(as_of=TODAY, names=names, texts=texts), shipped_parameters())
