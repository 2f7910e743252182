"""A bank's own policies (策略): draft, back-test, approval, withdrawal, shadow."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.observability import metrics
from risk.lists_schemas import VerdictBody
from risk.policies_schemas import (
    BacktestBody,
    DraftBody,
    PolicyDetail,
    PolicyList,
    PolicyView,
    ReportQuery,
    ShadowReportView,
    ShadowView,
    WithdrawalBody,
)
from risk.policies_wiring import policy_desk

VERSION = "/policies/{policy_id}/versions/{version}"


def include_policies(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_versions(routes)
    _include_steps(routes)
    _include_withdrawal(routes)
    _include_shadow(routes)


def _include_versions(routes: ApiRoutes) -> None:
    @routes.post(
        "/policies",
        action="risk.draft_policy",
        body=DraftBody,
        returns=PolicyView,
        status=201,
        summary="策略起草 Keep a policy's file as a version; nothing changes it afterwards",
    )
    def draft_policy(context: RequestContext, body: DraftBody) -> PolicyView:
        """The same file again answers the same version; another file needs another version."""
        who = context.principal
        return PolicyView.of(policy_desk().draft(who.bank_id, body.document.encode(), who.subject))

    @routes.get(
        "/policies",
        action="risk.read_policies",
        returns=PolicyList,
        summary="策略清单 Every version of the bank's own policies, and its shadow",
    )
    def list_policies(context: RequestContext) -> PolicyList:
        """By policy and version."""
        versions, bank = policy_desk().versions, context.principal.bank_id
        run = versions.shadow(bank)
        return PolicyList(
            shadow=None if run is None else ShadowView.of(run),
            items=tuple(PolicyView.of(one) for one in versions.of_bank(bank)),
        )

    @routes.get(
        VERSION,
        action="risk.read_policies",
        returns=PolicyDetail,
        summary="策略版本 One version with its file",
    )
    def read_policy(context: RequestContext, policy_id: str, version: str) -> PolicyDetail:
        """What was checked, tested, approved and published, and by whom."""
        versions = policy_desk().versions
        found = versions.get(context.principal.bank_id, policy_id, version)
        return PolicyDetail(policy=PolicyView.of(found), document=versions.body(found).decode())


def _include_steps(routes: ApiRoutes) -> None:
    @routes.post(
        f"{VERSION}/backtest",
        action="risk.record_backtest",
        body=BacktestBody,
        returns=PolicyView,
        summary="登记回测 Which back-test was run on the checked version",
    )
    def record_backtest(
        context: RequestContext, body: BacktestBody, policy_id: str, version: str
    ) -> PolicyView:
        """The newest counts until somebody approves."""
        who = context.principal
        tested = policy_desk().record_backtest(
            who.bank_id, policy_id, version, sha256=body.report_sha256, by=who.subject
        )
        return PolicyView.of(tested)

    @routes.post(
        f"{VERSION}/approval",
        action="risk.approve_policy",
        body=None,
        returns=PolicyView,
        summary="策略审批 Approve a tested version; another person than drafted or tested it",
    )
    def approve_policy(context: RequestContext, policy_id: str, version: str) -> PolicyView:
        """Refused with findings, without proof and without back-test."""
        who = context.principal
        return PolicyView.of(policy_desk().approve(who.bank_id, policy_id, version, who.subject))


def _include_withdrawal(routes: ApiRoutes) -> None:
    @routes.post(
        f"{VERSION}/withdrawal",
        action="risk.propose_withdrawal",
        body=WithdrawalBody,
        returns=PolicyView,
        summary="提议撤回策略 Propose that a published version decides no more from a day on",
    )
    def propose_withdrawal(
        context: RequestContext, body: WithdrawalBody, policy_id: str, version: str
    ) -> PolicyView:
        """Today or later; it decides as before until another person approves."""
        who = context.principal
        proposed = policy_desk().propose_withdrawal(
            who.bank_id,
            policy_id,
            version,
            reason=body.reason,
            withdrawn_from=body.withdrawn_from,
            by=who.subject,
        )
        return PolicyView.of(proposed)

    @routes.post(
        f"{VERSION}/withdrawal/approval",
        action="risk.decide_withdrawal",
        body=VerdictBody,
        returns=PolicyView,
        summary="审批撤回策略 Approve or refuse; another person than proposed it",
    )
    def decide_withdrawal(
        context: RequestContext, body: VerdictBody, policy_id: str, version: str
    ) -> PolicyView:
        """What was in force before it decides again from that day on; its decisions stand."""
        who, decide = context.principal, policy_desk().decide_withdrawal
        decided = decide(who.bank_id, policy_id, version, approved=body.approved, by=who.subject)
        if body.approved:
            metrics.count("PolicyWithdrawn", bank_id=who.bank_id)
        return PolicyView.of(decided)


def _include_shadow(routes: ApiRoutes) -> None:
    @routes.post(
        f"{VERSION}/shadow",
        action="risk.run_shadow",
        body=None,
        returns=PolicyView,
        summary="影子运行 Ask this version beside the live policy; it changes no answer",
    )
    def start_shadow(context: RequestContext, policy_id: str, version: str) -> PolicyView:
        """The shadow that ran before stops."""
        who = context.principal
        return PolicyView.of(
            policy_desk().start_shadow(who.bank_id, policy_id, version, who.subject)
        )

    @routes.delete(
        "/shadow-policy",
        action="risk.run_shadow",
        summary="停止影子运行 Ask no shadow any more",
    )
    def stop_shadow(context: RequestContext) -> None:
        """What it said stays readable."""
        policy_desk().stop_shadow(context.principal.bank_id)

    @routes.get(
        "/policies/{policy_id}/shadow-report",
        action="risk.read_policies",
        query=ReportQuery,
        returns=ShadowReportView,
        summary="影子策略差异 How the shadow differed, by reason code",
    )
    def read_shadow_report(
        context: RequestContext, query: ReportQuery, policy_id: str
    ) -> ShadowReportView:
        """Of the running shadow, unless a version is named."""
        bank = context.principal.bank_id
        return ShadowReportView.of(policy_desk().shadow_report(bank, policy_id, query.version))
