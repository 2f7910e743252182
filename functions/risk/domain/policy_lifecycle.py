"""A policy version's way into force (策略发布) and, by two people again, out of it (策略撤回)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from puhui.tenancy import BankId
from risk.domain.approval import Act, check_another_person
from risk.domain.errors import NotAtThisStage, PolicyNotReady
from risk.domain.policy_withdrawal import Withdrawal


class Stage(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    CHECKED = "checked"
    TESTED = "tested"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWAL_PROPOSED = "withdrawal_proposed"
    WITHDRAWN = "withdrawn"


STAGE_NAMES: Final[Mapping[Stage, str]] = {
    Stage.DRAFT: "草稿",
    Stage.CHECKED: "已检查",
    Stage.TESTED: "已回测",
    Stage.APPROVED: "已审批",
    Stage.PUBLISHED: "已发布",
    Stage.WITHDRAWAL_PROPOSED: "待审批撤回",
    Stage.WITHDRAWN: "已撤回",
}
LIVE: Final = frozenset({Stage.PUBLISHED, Stage.WITHDRAWAL_PROPOSED})
"""A version decides until its withdrawal is approved, not until it is proposed."""
RAN: Final = frozenset({Stage.CHECKED, Stage.TESTED, Stage.APPROVED}) | LIVE
"""From the check on a version can be evaluated; only then it may run as shadow."""
LEAST_CASES: Final = 10_000
"""A proof on fewer contexts, or of no table at all, proves nothing."""
FINDINGS_TOLD: Final = 5
"""A refusal tells the first; the check of the version has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A defect that the linter found, where it is and what it breaks."""

    rule: str
    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport:
    """Whether compiled tables were proven equal to the reference executor, on how many cases."""

    proven: bool
    cases: int
    detail: str

    @property
    def holds(self) -> bool:
        """Equal, on enough contexts."""
        return self.proven and self.cases >= LEAST_CASES


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What linter and proof said about exactly these bytes, by which code and library."""

    sha256: str
    findings: tuple[Finding, ...]
    proof: ProofReport
    code_version: str
    checked: Act
    library_sha256: str
    """The indicator library that it was checked against."""

    def passes(self, sha256: str) -> bool:
        """No finding and proven, of these bytes and no others."""
        return self.sha256 == sha256 and not self.findings and self.proof.holds


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One immutable version of a bank's policy and how far it has come."""

    bank_id: BankId
    policy_id: str
    version: str
    sha256: str
    drafted: Act
    stage: Stage = Stage.DRAFT
    check: Check | None = None
    backtest_sha256: str | None = None
    tested: Act | None = None
    approved: Act | None = None
    published: Act | None = None
    published_check: Check | None = None
    """What linter and proof said at the moment of publication."""
    effective_from: date | None = None
    withdrawal: Withdrawal | None = None
    """The newest proposal to withdraw it."""
    withdrawn: Act | None = None
    withdrawn_from: date | None = None
    """The first day on which it does not decide any more."""
    revision: int = 0

    def checked(self, check: Check) -> PolicyVersion:
        """Keep what linter and proof said; findings leave the version a draft."""
        if self.stage not in (Stage.DRAFT, Stage.CHECKED):
            raise self._wrong_stage()
        passed = check.passes(self.sha256)
        return replace(self, check=check, stage=Stage.CHECKED if passed else Stage.DRAFT)

    def tested_by(self, backtest_sha256: str, act: Act) -> PolicyVersion:
        """Keep which back-test was run on it; the newest counts until somebody approves."""
        self.refuse_defects()
        if self.stage not in (Stage.CHECKED, Stage.TESTED):
            raise self._wrong_stage()
        return replace(self, stage=Stage.TESTED, backtest_sha256=backtest_sha256, tested=act)

    def approve(self, by: str, at: datetime) -> PolicyVersion:
        """Another person than who drafted or back-tested it approves."""
        self._refuse_untested()
        if self.stage is not Stage.TESTED:
            raise self._wrong_stage()
        check_another_person(by, self.drafted, self.tested)
        return replace(self, stage=Stage.APPROVED, approved=Act(by, at))

    def refuse_publication(
        self, effective_from: date, today: date, others: Iterable[PolicyVersion]
    ) -> None:
        """Only an approved version, from no past day on, and by the bank's newest word.

        Of all that a bank published one decides, whatever its id: who approved this one did not
        see what was published since, and it would decide instead of that.
        """
        self._refuse_untested()
        if self.stage is not Stage.APPROVED:
            raise self._wrong_stage()
        if effective_from < today:
            message = "a policy comes into force today or later"
            raise _day_refused("policy.effective_past", message, "effective_from")
        if any(self._overtaken_by(other) for other in others):
            raise PolicyNotReady(
                "another version was published since its approval: draft it as a new version",
                field="approved",
                rule="policy.approval_overtaken",
            )

    def publish(
        self,
        published: Act,
        effective_from: date,
        today: date,
        check: Check,
        others: Iterable[PolicyVersion],
    ) -> PolicyVersion:
        """It decides from a day on, linted and proven at this very moment.

        The library, the models and the engine may have changed since it was checked as a draft.
        """
        self.refuse_publication(effective_from, today, others)
        _refuse_defects(check, self.sha256)
        return replace(
            self,
            stage=Stage.PUBLISHED,
            published=published,
            published_check=check,
            effective_from=effective_from,
        )

    def propose_withdrawal(
        self, reason: str, withdrawn_from: date, proposed: Act, today: date
    ) -> PolicyVersion:
        """Ask that it decides no more from today or a later day on; until then nothing changes.

        An approved withdrawal can be brought forward the same way, and is never put off: that
        would let rules lend again that two people took out of force.
        """
        if self.stage not in (Stage.PUBLISHED, Stage.WITHDRAWN):
            raise self._wrong_stage()
        if withdrawn_from < today:
            raise _day_refused("policy.withdrawn_past", "a policy is withdrawn today or later")
        if self.stage is Stage.WITHDRAWN and withdrawn_from >= self._ends:
            raise _day_refused("policy.withdrawn_before", "it is withdrawn before that day")
        withdrawal = Withdrawal(reason=reason, withdrawn_from=withdrawn_from, proposed=proposed)
        return replace(self, stage=Stage.WITHDRAWAL_PROPOSED, withdrawal=withdrawal)

    def approve_withdrawal(self, by: str, at: datetime, today: date) -> PolicyVersion:
        """Another person agrees; an approval that comes late counts from its own day on."""
        decided = self._decide_withdrawal(Act(by, at), approved=True)
        begins = min(max(decided.withdrawn_from, today), self._ends)
        return replace(
            self,
            stage=Stage.WITHDRAWN,
            withdrawal=decided,
            withdrawn=decided.decided,
            withdrawn_from=begins,
        )

    def refuse_withdrawal(self, by: str, at: datetime) -> PolicyVersion:
        """Another person does not agree; all is as it was before the proposal."""
        decided = self._decide_withdrawal(Act(by, at), approved=False)
        before = Stage.PUBLISHED if self.withdrawn is None else Stage.WITHDRAWN
        return replace(self, stage=before, withdrawal=decided)

    def decides_on(self, day: date) -> bool:
        """From its first day until the day before it is withdrawn, whatever happened since."""
        begins = self.effective_from
        published = self.stage in LIVE or self.stage is Stage.WITHDRAWN
        return published and begins is not None and begins <= day < self._ends

    def is_withdrawn_on(self, day: date) -> bool:
        """Two people took it out of force, from this day or an earlier one on."""
        return self._ends <= day

    def refuse_defects(self) -> None:
        """A version with findings, or whose tables are not proven, goes no further."""
        _refuse_defects(self.check, self.sha256)

    @property
    def may_run_as_shadow(self) -> bool:
        """A checked version may run beside the live one; its answers change nothing."""
        return self.stage in RAN

    @property
    def _ends(self) -> date:
        """Out of force without a day would be a broken row: such a version decides on none."""
        if self.withdrawn_from is not None:
            return self.withdrawn_from
        return date.min if self.stage is Stage.WITHDRAWN else date.max

    def _decide_withdrawal(self, act: Act, *, approved: bool) -> Withdrawal:
        if self.stage is not Stage.WITHDRAWAL_PROPOSED or self.withdrawal is None:
            raise self._wrong_stage()
        check_another_person(act.by, self.withdrawal.proposed)
        return replace(self.withdrawal, decided=act, approved=approved)

    def _overtaken_by(self, other: PolicyVersion) -> bool:
        approved, published = self.approved, other.published
        return approved is not None and published is not None and published.at > approved.at

    def _refuse_untested(self) -> None:
        self.refuse_defects()
        if self.backtest_sha256 is None:
            raise PolicyNotReady("no back-test was run", field="backtest", rule="policy.untested")

    def _wrong_stage(self) -> NotAtThisStage:
        return NotAtThisStage(f"the version is {self.stage}", field="stage", rule="policy.stage")


def in_force_order(versions: Iterable[PolicyVersion], day: date) -> tuple[PolicyVersion, ...]:
    """The versions that decide on a day; the first does, the others follow it.

    The latest beginning wins, and of two on one day the one that was published last.
    """
    begun = [
        (one.effective_from, one.published.at, one)
        for one in versions
        if one.effective_from is not None and one.published is not None and one.decides_on(day)
    ]
    return tuple(one for *_, one in sorted(begun, key=lambda found: found[:2], reverse=True))


def _refuse_defects(check: Check | None, sha256: str) -> None:
    if check is None or check.sha256 != sha256:
        raise PolicyNotReady("it was not checked", field="check", rule="policy.unchecked")
    if check.findings:
        told = "; ".join(f"{one.rule} {one.where}" for one in check.findings[:FINDINGS_TOLD])
        raise PolicyNotReady(
            f"the linter has {len(check.findings)} findings: {told}",
            field="check.findings",
            rule="policy.findings",
        )
    if not check.proof.holds:
        raise PolicyNotReady(
            "its tables are not proven equal to the reference executor on "
            f"{LEAST_CASES} contexts: {check.proof.detail}",
            field="check.proof",
            rule="policy.unproven",
        )


def _day_refused(rule: str, message: str, field: str = "withdrawn_from") -> PolicyNotReady:
    return PolicyNotReady(message, field=field, rule=rule)
