"""Composition root of the life of policies, for the API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from risk.adapters.dynamo_policies import DynamoComparisons, DynamoPolicyVersions
from risk.adapters.packaged_policies import PackagedPolicies
from risk.adapters.rows_policies import POLICY_ROWS
from risk.adapters.s3_policy_bodies import S3PolicyBodies
from risk.policy_ports import PolicyVersions
from risk.settings import PolicySettings
from risk.usecases.approve_policy import ApprovePolicy
from risk.usecases.decide_withdrawal import DecideWithdrawal
from risk.usecases.draft_policy import DraftPolicy
from risk.usecases.propose_withdrawal import ProposeWithdrawal
from risk.usecases.read_shadow_report import ReadShadowReport
from risk.usecases.record_backtest import RecordBacktest
from risk.usecases.set_shadow import StartShadow, StopShadow


@dataclass(frozen=True, kw_only=True)
class PolicyDesk:
    """A policy's way, but for check and publication, which need more than this function has."""

    versions: PolicyVersions
    draft: DraftPolicy
    record_backtest: RecordBacktest
    approve: ApprovePolicy
    propose_withdrawal: ProposeWithdrawal
    decide_withdrawal: DecideWithdrawal
    start_shadow: StartShadow
    stop_shadow: StopShadow
    shadow_report: ReadShadowReport


@cache
def policy_desk() -> PolicyDesk:
    """Build everything once per process."""
    settings = PolicySettings.from_env()
    bind_table(settings.table_name, *POLICY_ROWS)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    versions = DynamoPolicyVersions(S3PolicyBodies(client("s3"), settings.decisions_bucket))
    return PolicyDesk(
        versions=versions,
        draft=DraftPolicy(versions, PackagedPolicies(), clock),
        record_backtest=RecordBacktest(versions, clock),
        approve=ApprovePolicy(versions, clock),
        propose_withdrawal=ProposeWithdrawal(versions, clock, calendar),
        decide_withdrawal=DecideWithdrawal(versions, clock, calendar),
        start_shadow=StartShadow(versions, clock),
        stop_shadow=StopShadow(versions),
        shadow_report=ReadShadowReport(versions, DynamoComparisons(clock)),
    )
