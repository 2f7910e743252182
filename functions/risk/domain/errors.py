"""What can go wrong in risk, in its own words."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, PuhuiError


class DecisionNotFound(NotFound):
    """No decision with this id, or about this application, exists for this bank."""


class DecisionExists(Conflict):
    """This question was already answered; the first answer stands."""


class ModelNotTrusted(PuhuiError):
    """A model's artefact, card and answers do not agree; nothing may be decided with it."""

    code = "model_not_trusted"


class PolicyNotValid(PuhuiError):
    """A policy cannot be read, or names something that does not exist."""

    code = "policy_not_valid"


class PolicyNotProven(PuhuiError):
    """A compiled table does not answer as the reference engine does; it is not published."""

    code = "policy_not_proven"


class RecordBroken(PuhuiError):
    """A kept record is not the one that was decided; its bytes were changed."""

    code = "record_broken"


class RecordOfAnotherKind(PuhuiError):
    """The record was written by a schema that this code does not read."""

    code = "record_of_another_kind"
