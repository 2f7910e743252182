"""Classifications in DynamoDB: each step is one transaction with its history and its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from puhui.bodies import Body
from puhui.clock import Clock
from puhui.dynamodb import dynamo_errors
from puhui.errors import NotFound
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from servicing.adapters.classification_envelopes import final_envelopes, proposed_envelope
from servicing.adapters.classification_rows import (
    CLASSIFICATION_PREFIX,
    EFFECTIVE_PREFIX,
    STANDING_SK,
    ClassificationRow,
    EffectiveRow,
    StandingRow,
    standings_pk,
    waiting_pk,
)
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.rows import ServicingOutboxRow
from servicing.adapters.warning_rows import debtor_pk
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.errors import ClassificationChanged, ClassificationNotFound
from servicing.domain.classification.standing import Standing
from servicing.domain.classification.tiers import Tier

MOST_LISTED: Final = 200
"""How many of a work list one answer holds; the rest follows when these are done."""
_CLASSIFICATION: Final = Body(Classification)
_STANDING: Final = Body(Standing)


class DynamoClassifications:
    """`servicing.classification_ports.Classifications` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def standing(self, bank_id: BankId, debtor_id: str) -> Standing | None:
        """One consistent read."""
        try:
            with dynamo_errors(missing=NotFound):
                pk = debtor_pk(bank_id, debtor_id)
                row = StandingRow.get(pk, STANDING_SK, consistent_read=True)
        except NotFound:
            return None
        return _standing_of(row)

    def get(self, bank_id: BankId, debtor_id: str, classification_id: str) -> Classification:
        """One consistent read."""
        sk = CLASSIFICATION_PREFIX + classification_id
        with dynamo_errors(missing=ClassificationNotFound):
            row = ClassificationRow.get(debtor_pk(bank_id, debtor_id), sk, consistent_read=True)
        return _classification_of(row)

    def propose(
        self, standing: Standing, proposed: Classification, instead_of: Classification | None
    ) -> None:
        """One transaction of three or four rows."""
        replaced = () if instead_of is None else (_stepped(instead_of),)
        self._commit(
            [
                Put(row=_new_row(proposed), refused=ClassificationChanged),
                _standing_write(standing),
                *replaced,
                *self._events([proposed_envelope(proposed, self._clock)]),
            ]
        )

    def step(self, standing: Standing | None, classification: Classification) -> None:
        """One transaction; a step that takes effect adds its history and an event for each loan."""
        writes: list[Put | Update] = [_stepped(classification)]
        if standing is not None:
            writes.append(_standing_write(standing))
        if classification.state is State.FINAL:
            writes.append(Put(row=_effective_row(classification), refused=ClassificationChanged))
            writes.extend(self._events(final_envelopes(classification, self._clock)))
        self._commit(writes)

    def in_effect(
        self, bank_id: BankId, debtor_id: str, until: date | None = None
    ) -> Sequence[Classification]:
        """One consistent query, the latest first."""
        last = "9999" if until is None else until.isoformat()
        with dynamo_errors():
            rows = EffectiveRow.query(
                debtor_pk(bank_id, debtor_id),
                EffectiveRow.sk.between(EFFECTIVE_PREFIX, f"{EFFECTIVE_PREFIX}{last}~"),
                consistent_read=True,
                scan_index_forward=False,
                limit=MOST_LISTED,
            )
            return [_CLASSIFICATION.read(row.body) for row in rows]

    def waiting(
        self, bank_id: BankId, branch_id: str | None, state: State, tier: Tier | None
    ) -> Sequence[Classification]:
        """One query of the index; the worst tier first."""
        only = None if tier is None else ClassificationRow.gsi4sk.startswith(_tier_key(tier))
        with dynamo_errors():
            rows = ClassificationRow.by_work.query(
                waiting_pk(bank_id, state.value),
                only,
                filter_condition=_of_branch(ClassificationRow, branch_id),
                limit=MOST_LISTED,
            )
            return [_classification_of(row) for row in rows]

    def standings(
        self, bank_id: BankId, branch_id: str | None, tier: Tier | None, due_until: date | None
    ) -> Sequence[Standing]:
        """A query for each tier that is asked for, the worst tier first."""
        only = None if due_until is None else StandingRow.gsi4sk < f"{due_until.isoformat()}~"
        tiers = tuple(reversed(Tier)) if tier is None else (tier,)
        found: list[Standing] = []
        for one in tiers:
            with dynamo_errors():
                rows = StandingRow.by_work.query(
                    standings_pk(bank_id, one.value),
                    only,
                    filter_condition=_of_branch(StandingRow, branch_id),
                    limit=MOST_LISTED - len(found),
                )
                found.extend(_standing_of(row) for row in rows)
            if len(found) >= MOST_LISTED:
                break
        return found

    @staticmethod
    def _events(envelopes: Iterable[Envelope]) -> list[Put]:
        return [Put(row=row) for row in outbox_rows(ServicingOutboxRow, envelopes)]


def _of_branch(row_class: Any, branch_id: str | None) -> Any:
    """Whoever works for a branch reads on until his answer is full, whatever others have."""
    return None if branch_id is None else row_class.branch_id == branch_id


def _keys(classification: Classification) -> tuple[str, str]:
    pk = debtor_pk(classification.bank_id, classification.debtor_id)
    return pk, CLASSIFICATION_PREFIX + classification.classification_id


def _tier_key(tier: Tier) -> str:
    """The worst tier sorts first."""
    return f"{len(Tier) - tier.rank}#"


def _work_keys(classification: Classification) -> tuple[str, str]:
    listed = waiting_pk(classification.bank_id, classification.state.value)
    place = f"{classification.as_of.isoformat()}#{classification.debtor_id}"
    return listed, _tier_key(classification.tier) + place


def _new_row(proposed: Classification) -> ClassificationRow:
    gsi4pk, gsi4sk = _work_keys(proposed)
    return ClassificationRow(
        *_keys(proposed),
        gsi4pk=gsi4pk,
        gsi4sk=gsi4sk,
        branch_id=proposed.branch_id,
        body=_body(proposed),
    )


def _body(classification: Classification) -> str:
    return _CLASSIFICATION.write(replace(classification, version=0))


def _effective_row(final: Classification) -> EffectiveRow:
    pk, _ = _keys(final)
    day = final.effective_on.isoformat() if final.effective_on else ""
    sequence = f"{final.steps[-1].at.isoformat()}#{final.classification_id}"
    return EffectiveRow(pk, f"{EFFECTIVE_PREFIX}{day}#{sequence}", body=_body(final))


def _stepped(classification: Classification) -> Update:
    """The step, under the version that was read and under the rule of four eyes."""
    row = ClassificationRow(*_keys(classification)).at_version(classification.version)
    last = classification.steps[-1]
    confirmed, approved = classification.by_of("confirmed"), classification.by_of("approved")
    condition: Any = ClassificationRow.version == classification.version
    if last.kind in ("approved", "approved_again", "returned"):
        condition &= ClassificationRow.confirmed_by != last.by
    if last.kind == "approved_again":
        condition &= ClassificationRow.approved_by != last.by
    actions = [
        ClassificationRow.body.set(_body(classification)),
        _set_or_remove(ClassificationRow.confirmed_by, confirmed),
        _set_or_remove(ClassificationRow.approved_by, approved),
    ]
    listed = _work_keys(classification) if classification.is_open else (None, None)
    for attribute, value in zip(
        (ClassificationRow.gsi4pk, ClassificationRow.gsi4sk), listed, strict=True
    ):
        actions.append(_set_or_remove(attribute, value))
    return Update(row=row, actions=actions, condition=condition, refused=ClassificationChanged)


def _set_or_remove(attribute: Any, value: str | None) -> Any:
    return attribute.remove() if value is None else attribute.set(value)


def _standing_write(standing: Standing) -> Put | Update:
    listed = standings_pk(standing.bank_id, standing.tier.value)
    place = f"{standing.due_on.isoformat()}#{standing.debtor_id}"
    body = _STANDING.write(replace(standing, version=0))
    row = StandingRow(debtor_pk(standing.bank_id, standing.debtor_id), STANDING_SK)
    if standing.version == 0:
        row.gsi4pk, row.gsi4sk, row.body = listed, place, body
        row.branch_id = standing.branch_id
        return Put(row=row, refused=ClassificationChanged)
    return Update(
        row=row.at_version(standing.version),
        actions=[
            StandingRow.body.set(body),
            StandingRow.gsi4pk.set(listed),
            StandingRow.gsi4sk.set(place),
        ],
        condition=StandingRow.version == standing.version,
        refused=ClassificationChanged,
    )


def _classification_of(row: ClassificationRow) -> Classification:
    return replace(_CLASSIFICATION.read(row.body), version=int(row.version))


def _standing_of(row: StandingRow) -> Standing:
    return replace(_STANDING.read(row.body), version=int(row.version))
