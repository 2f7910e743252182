"""What reviews of automated decisions need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from puhui.tenancy import BankId
from risk.domain.review import Handler, Review, ReviewStatus


class Reviews(Protocol):
    """The reviews that customers asked for."""

    def find(self, bank_id: BankId, decision_id: str) -> Review | None:
        """The review of a decision, if somebody asked for one."""
        ...

    def add(self, review: Review) -> Review:
        """Keep a new one; whoever was faster is answered."""
        ...

    def save(self, review: Review) -> Review:
        """Keep a changed review, with its event once it is decided, or `StaleVersion`."""
        ...

    def with_status(self, bank_id: BankId, status: ReviewStatus) -> Sequence[Review]:
        """Reviews at a stage, the one that is due first at the front."""
        ...


class ReviewTasks(Protocol):
    """Opens a task for a person."""

    @property
    def handler(self) -> Handler:
        """Who gets the task: operations where it is deployed, else risk's own staff."""
        ...

    def open(self, review: Review) -> None:
        """Open the task once; without operations there is nothing to open."""
        ...
