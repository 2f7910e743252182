"""What the API of policies takes and shows."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from puhui.contracts.common import Code, Contract, Sha256, ShortText
from puhui.contracts.risk import VERDICT_NAMES, Verdict
from risk.domain.policy_lifecycle import STAGE_NAMES, Check, PolicyVersion, Stage
from risk.domain.policy_withdrawal import Withdrawal
from risk.domain.shadow import ShadowReport
from risk.lists_schemas import ActView
from risk.policy_ports import ShadowRun

MAX_DOCUMENT: Final = 800_000
"""Characters of a policy's file; the route takes 1 MB with its escapes."""


class DraftBody(Contract):
    """A policy's file as text, so that the version's hash is the hash of the file."""

    document: Annotated[str, Field(min_length=2, max_length=MAX_DOCUMENT)]


class BacktestBody(Contract):
    """Which back-test was run: the hash of its report."""

    report_sha256: Sha256


class PublicationBody(Contract):
    """From which day on the version decides."""

    effective_from: date


class WithdrawalBody(Contract):
    """Why the version shall decide no more, and from which day on: today in an emergency."""

    reason: ShortText
    withdrawn_from: date


class ReportQuery(Contract):
    """The report of which version; of the running shadow when none is named."""

    version: Code | None = None


class FindingView(Contract):
    """A defect that the linter found."""

    rule: str
    where: str
    message: str


class CheckView(Contract):
    """What linter and proof said."""

    findings: tuple[FindingView, ...]
    proven: bool
    proof_cases: int
    proof_detail: str
    code_version: str
    library_sha256: Sha256
    checked: ActView | None

    @classmethod
    def of(cls, check: Check | None) -> CheckView | None:
        """Nobody asked yet, or this."""
        if check is None:
            return None
        return cls(
            findings=tuple(
                FindingView(rule=one.rule, where=one.where, message=one.message)
                for one in check.findings
            ),
            proven=check.proof.proven,
            proof_cases=check.proof.cases,
            proof_detail=check.proof.detail,
            code_version=check.code_version,
            library_sha256=check.library_sha256,
            checked=ActView.of(check.checked),
        )


class WithdrawalView(Contract):
    """The newest proposal to withdraw a version; undecided, `approved` is null."""

    reason: str
    withdrawn_from: date
    proposed: ActView | None
    decided: ActView | None
    approved: bool | None

    @classmethod
    def of(cls, withdrawal: Withdrawal | None) -> WithdrawalView | None:
        """Nobody proposed it, or this."""
        if withdrawal is None:
            return None
        return cls(
            reason=withdrawal.reason,
            withdrawn_from=withdrawal.withdrawn_from,
            proposed=ActView.of(withdrawal.proposed),
            decided=ActView.of(withdrawal.decided),
            approved=withdrawal.approved,
        )


class PolicyView(Contract):
    """A version and how far it has come."""

    policy_id: Code
    version: Code
    sha256: Sha256
    stage: Stage
    stage_name: str
    check: CheckView | None
    backtest_sha256: Sha256 | None
    effective_from: date | None
    drafted: ActView | None
    tested: ActView | None
    approved: ActView | None
    published: ActView | None
    published_check: CheckView | None
    withdrawal: WithdrawalView | None
    withdrawn: ActView | None
    withdrawn_from: date | None

    @classmethod
    def of(cls, policy: PolicyVersion) -> PolicyView:
        """Show a version."""
        return cls(
            policy_id=policy.policy_id,
            version=policy.version,
            sha256=policy.sha256,
            stage=policy.stage,
            stage_name=STAGE_NAMES[policy.stage],
            check=CheckView.of(policy.check),
            backtest_sha256=policy.backtest_sha256,
            effective_from=policy.effective_from,
            drafted=ActView.of(policy.drafted),
            tested=ActView.of(policy.tested),
            approved=ActView.of(policy.approved),
            published=ActView.of(policy.published),
            published_check=CheckView.of(policy.published_check),
            withdrawal=WithdrawalView.of(policy.withdrawal),
            withdrawn=ActView.of(policy.withdrawn),
            withdrawn_from=policy.withdrawn_from,
        )


class ShadowView(Contract):
    """Which version runs beside the live policy."""

    policy_id: Code
    version: Code
    by: str

    @classmethod
    def of(cls, run: ShadowRun) -> ShadowView:
        """Show the run."""
        return cls(policy_id=run.policy_id, version=run.version, by=run.by)


class PolicyList(Contract):
    """The bank's own versions; without a published one the packaged policy decides."""

    shadow: ShadowView | None
    items: tuple[PolicyView, ...]


class PolicyDetail(Contract):
    """A version with its file."""

    policy: PolicyView
    document: str


class VerdictPair(Contract):
    """How often live said one verdict and the shadow another, or the same."""

    live: Verdict
    live_name: str
    shadow: Verdict
    shadow_name: str
    count: int


class CodeView(Contract):
    """A reason code that fired in one policy only."""

    code: str
    only_live: int
    only_shadow: int


class ShadowReportView(Contract):
    """How the shadow differed from what was decided (影子策略差异)."""

    policy_id: Code
    version: Code
    compared: int
    different: int
    failed: int
    complete: bool
    verdicts: tuple[VerdictPair, ...]
    codes: tuple[CodeView, ...]
    both_approved: int
    limit_fen_change: int
    rate_bps_change: int

    @classmethod
    def of(cls, report: ShadowReport) -> ShadowReportView:
        """Show a report."""
        return cls(
            policy_id=report.policy_id,
            version=report.version,
            compared=report.compared,
            different=report.different,
            failed=report.failed,
            complete=report.complete,
            verdicts=tuple(
                VerdictPair(
                    live=live,
                    live_name=VERDICT_NAMES[live],
                    shadow=shadow,
                    shadow_name=VERDICT_NAMES[shadow],
                    count=count,
                )
                for (live, shadow), count in sorted(report.verdicts.items())
            ),
            codes=tuple(
                CodeView(code=one.code, only_live=one.only_live, only_shadow=one.only_shadow)
                for one in report.codes
            ),
            both_approved=report.both_approved,
            limit_fen_change=report.limit_fen_change,
            rate_bps_change=report.rate_bps_change,
        )
