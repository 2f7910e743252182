"""What servicing tells of early warnings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from puhui.contracts.common import Code, Identifier, ShortText
from puhui.events import Event

WarningColour = Literal["yellow", "orange", "red"]
Seconds = Annotated[int, Field(strict=True)]


class WarningRaised(Event):
    """A warning was raised, or an open one became graver."""

    name: ClassVar[str] = "WarningRaised"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    warning_id: Identifier
    customer_id: Identifier
    branch_id: Identifier
    loan_ids: tuple[Identifier, ...]
    signal: Code
    signal_name: ShortText
    colour: WarningColour
    due_at: AwareDatetime


class WarningEscalated(Event):
    """A warning used so much of its time that a higher role is told."""

    name: ClassVar[str] = "WarningEscalated"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    warning_id: Identifier
    customer_id: Identifier
    branch_id: Identifier
    signal: Code
    colour: WarningColour
    to_role: Code
    remaining_seconds: Seconds


class WarningOverdue(Event):
    """A warning was not answered within its time."""

    name: ClassVar[str] = "WarningOverdue"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    warning_id: Identifier
    customer_id: Identifier
    branch_id: Identifier
    loan_ids: tuple[Identifier, ...]
    signal: Code
    colour: WarningColour
    due_at: AwareDatetime
    noticed_at: AwareDatetime


class WarningDisposed(Event):
    """A warning was closed: something is done about it, or it was a false alarm."""

    name: ClassVar[str] = "WarningDisposed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    warning_id: Identifier
    customer_id: Identifier
    branch_id: Identifier
    loan_ids: tuple[Identifier, ...]
    signal: Code
    colour: WarningColour
    measure: Code
    outcome: Literal["disposed", "false_alarm"]
    used_seconds: Seconds
    in_time: bool
