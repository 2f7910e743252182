"""What can go wrong in the back office, in its own words."""

from __future__ import annotations

from puhui.errors import Conflict, Forbidden, NotFound, Unprocessable


class BankNotFound(NotFound):
    """This bank has not been set up yet."""


class ProductNotFound(NotFound):
    """No version of this product is on sale at this bank on this day."""


class ProductVersionTaken(Conflict):
    """Somebody else published the same product version a moment ago."""


class ProductNotValid(Unprocessable):
    """The product contradicts itself or asks for something nobody can deliver."""


class OrganisationNotValid(Unprocessable):
    """The organisation contradicts itself: a double branch, an unknown one, no region."""


class StaffNotFound(NotFound):
    """No staff member with this id works at this bank."""


class StaffNotRegistered(Forbidden):
    """Only a registered, active member of the bank's staff may decide a task."""


class OwnRegistration(Forbidden):
    """Nobody changes their own roles, branch or person number."""


class AuthorityExceeded(Forbidden):
    """The authority matrix does not let this person decide this kind of task or this amount."""


class MakerIsChecker(Forbidden):
    """Whoever made an application, under any account, never decides it."""


class TaskNotFound(NotFound):
    """No task with this id is visible to this person."""


class TaskAlreadyOpened(Conflict):
    """A task with this key exists; the command is a second delivery or carries a newer token."""


class ApplicationAlreadyClosed(Conflict):
    """The application reached its outcome before the task could be opened."""


class TaskAlreadyClaimed(Conflict):
    """Somebody else works on this task."""


class TaskNotClaimed(Conflict):
    """A task is decided or released by the person who claimed it."""


class TaskAlreadyDecided(Conflict):
    """The task was decided; a decision is never changed."""


class TaskExpired(Conflict):
    """The task's deadline passed before a decision reached the workflow."""


class TaskClosed(Conflict):
    """The application ended, so nobody needs to decide this task any more."""


class DecisionNotValid(Unprocessable):
    """The decision is outside what the product allows or what the customer asked for."""


class DeliveryInProgress(Conflict):
    """Another attempt to hand the decision to the workflow is still running."""

    retryable = True
