"""The API of early warnings: the work list, the way to an end, and the report."""

from __future__ import annotations

import csv
import io
from typing import Final

from puhui.errors import NotFound
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.tenancy import BankId, bank_id
from servicing.domain.warning.warning import LoanWarning
from servicing.warning_schemas import (
    ApprovalBody,
    DisposalBody,
    PauseBody,
    ReportDays,
    ReportLineView,
    WarningFilter,
    WarningLine,
    WarningList,
    WarningReport,
    WarningReportFile,
    WarningView,
)
from servicing.warnings_wiring import warning_desk

MAX_LISTED: Final = 1_000
"""Open warnings of a bank in one list, those that are due first."""
CSV_HEAD: Final = (
    "等级",
    "预警数",
    "按时",
    "超时",
    "进行中",
    "误报",
    "曾暂停",
    "中位分钟",
    "P95分钟",
)


def include_warnings(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _reads(routes)
    _reports(routes)
    _answers(routes)
    _ends(routes)


def _reads(routes: ApiRoutes) -> None:
    @routes.get(
        "/warnings",
        action="servicing.read_warnings",
        query=WarningFilter,
        returns=WarningList,
        summary="预警待办 Open warnings by due time",
    )
    def list_warnings(context: RequestContext, query: WarningFilter) -> WarningList:
        """Those that the principal may see."""
        desk = warning_desk()
        now = desk.clock.now()
        found = desk.warnings.open_ones(_bank(context), MAX_LISTED)
        return WarningList(
            items=tuple(
                WarningLine.of(one, now)
                for one in found
                if query.colour in (None, one.colour)
                and query.state in (None, one.state)
                and _visible(context, one)
            )
        )

    @routes.get(
        "/warnings/{warning_id}",
        action="servicing.read_warnings",
        returns=WarningView,
        summary="预警 A warning with its evidence and clock",
    )
    def read_warning(context: RequestContext, warning_id: str) -> WarningView:
        """One warning."""
        return _view(_found(context, warning_id))


def _reports(routes: ApiRoutes) -> None:
    @routes.get(
        "/warnings/report",
        action="servicing.report_warnings",
        query=ReportDays,
        returns=WarningReport,
        summary="预警时效报告 How fast warnings were answered",
    )
    def report_warnings(context: RequestContext, query: ReportDays) -> WarningReport:
        """By colour, over the warnings raised on these days."""
        return _report(context, query)

    @routes.get(
        "/warnings/report/csv",
        action="servicing.report_warnings",
        query=ReportDays,
        returns=WarningReportFile,
        summary="预警时效报表 The same report as CSV",
    )
    def report_file(context: RequestContext, query: ReportDays) -> WarningReportFile:
        """The report's lines as a table."""
        report = _report(context, query)
        name = f"warnings-{query.first.isoformat()}-{query.last.isoformat()}.csv"
        return WarningReportFile(name=name, content=_csv(report.lines))


def _answers(routes: ApiRoutes) -> None:
    @routes.post(
        "/warnings/{warning_id}/acknowledgement",
        action="servicing.answer_warning",
        returns=WarningView,
        summary="预警响应 Take a warning",
    )
    def acknowledge(context: RequestContext, warning_id: str) -> WarningView:
        """The clock runs on."""
        _found(context, warning_id)
        who = context.principal.subject
        return _view(warning_desk().acknowledge(_bank_of(context), warning_id, who))

    @routes.post(
        "/warnings/{warning_id}/pause",
        action="servicing.answer_warning",
        body=PauseBody,
        returns=WarningView,
        summary="暂停计时 Let the clock stand",
    )
    def pause(context: RequestContext, body: PauseBody, warning_id: str) -> WarningView:
        """At most the allowance, with a reason."""
        _found(context, warning_id)
        who = context.principal.subject
        return _view(warning_desk().pause(_bank_of(context), warning_id, who, body.reason))

    @routes.post(
        "/warnings/{warning_id}/resumption",
        action="servicing.answer_warning",
        returns=WarningView,
        summary="恢复计时 Let the clock run on",
    )
    def resume(context: RequestContext, warning_id: str) -> WarningView:
        """The pause ends."""
        _found(context, warning_id)
        return _view(warning_desk().resume(_bank_of(context), warning_id))


def _ends(routes: ApiRoutes) -> None:
    @routes.post(
        "/warnings/{warning_id}/disposal",
        action="servicing.answer_warning",
        body=DisposalBody,
        returns=WarningView,
        summary="预警处置 Say what is done about a warning",
    )
    def dispose(context: RequestContext, body: DisposalBody, warning_id: str) -> WarningView:
        """The clock stops; a red one waits for a second person."""
        _found(context, warning_id)
        who = context.principal.subject
        return _view(warning_desk().dispose(_bank_of(context), warning_id, who, body.proposed()))

    @routes.post(
        "/warnings/{warning_id}/approval",
        action="servicing.check_disposal",
        body=ApprovalBody,
        returns=WarningView,
        summary="处置复核 Check a disposal as the second person",
    )
    def check_disposal(context: RequestContext, body: ApprovalBody, warning_id: str) -> WarningView:
        """Close it, or send it back and let the clock run on."""
        _found(context, warning_id)
        return _view(
            warning_desk().check_disposal(
                _bank_of(context),
                warning_id,
                context.principal.subject,
                agreed=body.agreed,
                text=body.text,
            )
        )


def _report(context: RequestContext, query: ReportDays) -> WarningReport:
    lines = warning_desk().report(_bank(context), query.first, query.last)
    return WarningReport(
        first=query.first, last=query.last, lines=tuple(ReportLineView.of(one) for one in lines)
    )


def _csv(lines: tuple[ReportLineView, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEAD)
    for line in lines:
        writer.writerow(
            [
                line.colour_name,
                line.raised,
                line.in_time,
                line.breached,
                line.running,
                line.false_alarms,
                line.paused,
                line.median_minutes,
                line.p95_minutes,
            ]
        )
    return out.getvalue()


def _found(context: RequestContext, warning_id: str) -> LoanWarning:
    """The warning, if this principal may see it."""
    warning = warning_desk().warnings.get(_bank_of(context), warning_id)
    _authorise(context, warning)
    return warning


def _authorise(context: RequestContext, warning: LoanWarning) -> None:
    debtor = warning.debtor
    context.authorise(Protected(bank_id=debtor.bank_id, branch=debtor.branch_id))


def _visible(context: RequestContext, warning: LoanWarning) -> bool:
    try:
        _authorise(context, warning)
    except NotFound:
        return False
    return True


def _view(warning: LoanWarning) -> WarningView:
    return WarningView.of(warning, warning_desk().clock.now())


def _bank(context: RequestContext) -> BankId:
    bank = _bank_of(context)
    context.authorise(Protected(bank_id=bank))
    return bank


def _bank_of(context: RequestContext) -> BankId:
    return bank_id(context.principal.bank_id)
