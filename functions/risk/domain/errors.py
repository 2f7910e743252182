"""What can go wrong in risk, in its own words."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, PuhuiError, Unprocessable


class DecisionNotFound(NotFound):
    """No decision with this id, or about this application, exists for this bank."""


class ModelNotFound(NotFound):
    """The catalogue has no model of this name."""


class IndicatorNotFound(Unprocessable):
    """The indicator catalogue has no indicator of this name."""


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


class ListEntryNotFound(NotFound):
    """No entry with this id stands on a list of this bank."""


class ListEntryRefused(Unprocessable):
    """An entry of a name list breaks a rule; `field` and `rule` say which."""


class NotAtThisStage(Conflict):
    """This step does not follow the stage at which the thing stands."""


class WaiverNotFound(NotFound):
    """No exception or snooze with this id exists for this bank."""


class WaiverRefused(Unprocessable):
    """An exception or snooze breaks a rule; `field` and `rule` say which."""


class PolicyVersionNotFound(NotFound):
    """This bank has no such version of this policy."""


class PolicyVersionTaken(Conflict):
    """A version of a policy is never changed; other content needs another version."""


class PolicyNotReady(Unprocessable):
    """A policy may not take this step yet; `rule` says what is missing."""


class ReviewNotFound(NotFound):
    """Nobody asked for a review of this decision."""


class ReviewRefused(Unprocessable):
    """This decision is none that a review is for; `rule` says why."""


class DocumentRefused(Unprocessable):
    """A document in the request breaks a rule; `field` and `rule` say which."""


class CustomerNotKnown(NotFound):
    """No relation of this customer is recorded for this bank."""


class GraphRefused(Unprocessable):
    """A relation or a mark cannot be kept; `field` and `rule` say why."""


class OutcomeRefused(Unprocessable):
    """What is told of a loan's outcome breaks a rule; `field` and `rule` say which."""


class DayNotOver(Unprocessable):
    """A day's decisions are collected once, so only after the day has ended."""


class ReportNotFound(NotFound):
    """This model was not measured for this bank yet, or not on this day."""


class MonitoringTooLarge(PuhuiError):
    """There are more banks and models than one night measures."""

    code = "monitoring_too_large"
