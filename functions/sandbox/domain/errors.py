"""What the simulated core bank answers when it does not confirm; each says that it is simulated."""

from __future__ import annotations

from puhui.errors import Conflict, NotFound, PuhuiError, Unauthenticated, UpstreamUnavailable

SIMULATED = "沙箱模拟 simulated"
"""Every answer of the rail carries this, so that nobody takes it for a real bank's."""


class PaymentNotArrived(NotFound):
    """沙箱模拟 simulated: no payment with this serial number ever arrived."""


class SerialNumberTaken(Conflict):
    """沙箱模拟 simulated: another payment order came under this serial number."""


class CallerNotKnown(Unauthenticated):
    """沙箱模拟 simulated: the request is not signed by the bank."""


class SimulatedFailure(PuhuiError):
    """沙箱模拟 simulated: the core bank failed before it took the payment."""

    code = "simulated_failure"
    status = 500
    retryable = True


class SimulatedOutage(UpstreamUnavailable):
    """沙箱模拟 simulated: the core bank is not available and took nothing."""


class AnswerLost(PuhuiError):
    """沙箱模拟 simulated: the payment was taken, its answer got lost on the way."""

    code = "answer_lost"
    status = 504
    retryable = True


class PaymentWentBackTooLate(Conflict):
    """沙箱模拟 simulated: a payment goes back on the day on which it came, or not at all."""
