"""Whatever people do in whatever order, nothing leaves the bank without a live consent."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest

from extdata.domain.consent import LiveConsent
from extdata.domain.errors import ConsentMissing, RequestReused
from extdata.domain.permission import AccessRules, Permission
from puhui.errors import StaleVersion
from tests.support.extdata import BANK, NOON, TODAY, a_consent
from tests.support.extdata_gateway import GatewayWorld

SCOPES = ("tax_invoice", "credit_bureau")
PURPOSE_SETS = (frozenset({"loan_application"}), frozenset({"post_loan"}))
STEPS = 12


def play(seed: int, guarded: bool = True) -> list[str]:
    """Random consents, withdrawals, days and questions; answer every violation that was seen."""
    rng = Random(seed)
    world = GatewayWorld()
    line = Permission(
        caller="factory", product="tax/1", purposes=frozenset({"loan_application", "post_loan"})
    )
    rules = AccessRules(permissions=(line,), version=world.rulebook.get(BANK).version)
    world.rulebook.save(BANK, rules, "steward-1", NOON)
    truth: dict[str, LiveConsent] = {}
    violations: list[str] = []
    current: dict[str, str] = {}

    def check(_: object) -> None:
        consent = truth.get(current["consent"])
        covered = (
            consent is not None
            and consent.withdrawn_at is None
            and consent.granted_on <= TODAY <= consent.expires_on
            and consent.scope == "tax_invoice"
            and current["purpose"] in consent.purposes
            and world.subject_key in consent.subject_keys
        )
        if not covered:
            violations.append(f"seed {seed}: left the bank under {current}")

    world.calls.on_call = check
    if not guarded:
        world.consents.get = lambda *_: a_consent(  # type: ignore[method-assign]
            subject_keys=frozenset({world.subject_key})
        )
    for step in range(STEPS):
        action = rng.choice(("grant", "withdraw", "ask", "ask", "ask"))
        consent_id = f"con-{rng.randrange(2, 6)}"
        if action == "grant" and consent_id not in truth:
            truth[consent_id] = _random_consent(rng, world, consent_id)
            world.consents.save(truth[consent_id])
        elif action == "withdraw" and consent_id in truth:
            _withdraw(world, truth, consent_id)
        elif action == "ask":
            purpose = rng.choice(("loan_application", "post_loan"))
            current.update(consent=consent_id, purpose=purpose)
            with suppress(RequestReused):
                world.ask(
                    request_id=f"req-{rng.randrange(6)}",
                    consent_id=consent_id,
                    purpose=purpose,
                    max_age_days=rng.choice((0, None)),
                )
        world.clock.advance(timedelta(seconds=step))
    return violations


def _random_consent(rng: Random, world: GatewayWorld, consent_id: str) -> LiveConsent:
    own = rng.random() < 0.7
    return a_consent(
        consent_id=consent_id,
        subject_keys=frozenset({world.subject_key if own else "uscc:somebody"}),
        scope=rng.choice(SCOPES),
        purposes=rng.choice(PURPOSE_SETS),
        granted_on=rng.choice((date(2026, 1, 1), date(2026, 11, 3))),
        expires_on=rng.choice((date(2026, 12, 31), date(2026, 12, 30))),
    )


def _withdraw(world: GatewayWorld, truth: dict[str, LiveConsent], consent_id: str) -> None:
    try:
        world.withdraw(consent_id)
    except (ConsentMissing, StaleVersion):
        return
    truth[consent_id] = world.consents.get(BANK, consent_id)


@pytest.mark.parametrize("start", range(0, 1_000, 250))
def test_no_query_leaves_without_consent_in_random_sequences(start: int) -> None:
    violations = [v for seed in range(start, start + 250) for v in play(seed)]

    assert violations == []


@pytest.mark.full
@pytest.mark.parametrize("start", range(1_000, 10_000, 1_000))
def test_no_query_leaves_without_consent_in_ten_thousand_sequences(start: int) -> None:
    violations = [v for seed in range(start, start + 1_000) for v in play(seed)]

    assert violations == []


def test_the_check_sees_a_gateway_that_does_not_ask_for_consent() -> None:
    violations = [v for seed in range(50) for v in play(seed, guarded=False)]

    assert violations != []
