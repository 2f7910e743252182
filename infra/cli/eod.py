"""`puhui eod`: close a bank's business days (日终), and see how they stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final, Protocol

import typer

from infra.cli.console import COMMAND, console, fail
from puhui.clock import CHINA, Clock, SystemClock
from puhui.money import Money

MACHINE: Final = "end-of-day"
DEMO_BANK: Final = "demo-bank"
PAUSE_SECONDS: Final = 0.5
PPM_PER_PERCENT: Final = 10_000
STATUS_NAMES: Final = {"FAILED": "失败", "TIMED_OUT": "超时", "ABORTED": "人工中止"}

Bank = Annotated[str, typer.Option(help="Bank id.")]
Last = Annotated[
    str | None, typer.Option("--date", help="Close all days up to this one, one by one.")
]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


class Api(Protocol):
    """The bank's API with an operator's token."""

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read."""


@dataclass(frozen=True)
class EndOfDayDesk:
    """Where an operator closes days: the API tells, the state machine works."""

    api: Api
    states: Any
    machine_arn: str
    clock: Clock
    pause: Callable[[float], None]

    def business_day(self) -> dict[str, Any]:
        """The day of the bank and how far its end has come."""
        return self.api.get("/servicing/business-day")

    def close(self, day: Mapping[str, Any]) -> dict[str, Any]:
        """Run one attempt to its end, or follow the one that runs; answers what came of it."""
        on = str(day["business_date"])
        arn = self._running(day) or self._started(day, on)
        while (found := self.states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            self.pause(PAUSE_SECONDS)
        if found["status"] != "SUCCEEDED":
            return {
                **self.business_day(),
                "status": found["status"],
                "cause": found.get("cause", ""),
            }
        return {"status": found["status"], **self.api.get(f"/servicing/end-of-days/{on}")}

    def _started(self, day: Mapping[str, Any], on: str) -> str:
        from servicing.domain.end_of_day.business_day import run_name

        attempt, now = day["attempt"] + 1, self.clock.now()
        started = self.states.start_execution(
            stateMachineArn=self.machine_arn,
            name=run_name(day["bank_id"], date.fromisoformat(on), attempt, now),
            input=json.dumps({"bank_id": day["bank_id"], "business_date": on}),
        )
        return str(started["executionArn"])

    def _running(self, day: Mapping[str, Any]) -> str | None:
        """The execution that closes the day just now; one that stopped or died is none."""
        if day["run_id"] is None or day["failures"]:
            return None
        executions = self.machine_arn.replace(":stateMachine:", ":execution:")
        arn = f"{executions}:{day['run_id']}"
        found = self.states.describe_execution(executionArn=arn)
        return arn if found["status"] == "RUNNING" else None

    def close_all(self, last: date | None) -> Iterator[dict[str, Any]]:
        """Close the business day, or every day up to one; the first that stops ends it."""
        day = self.business_day()
        until = last or date.fromisoformat(day["business_date"])
        while date.fromisoformat(day["business_date"]) <= until:
            closed = self.close(day)
            yield closed
            if closed["status"] != "SUCCEEDED":
                return
            day = self.business_day()


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="日终 End of day: close business days.", no_args_is_help=True)
    group.command("run")(run)
    group.command("status")(status)
    app.add_typer(group, name="eod")


def run(bank: Bank = DEMO_BANK, last: Last = None, as_json: Json = False) -> None:
    """Close the bank's business day, or all days up to --date; a closed day is left alone."""
    until, ends = _day(last), []
    with _desk(bank) as desk:
        for closed in desk.close_all(until):
            ends.append(closed["status"])
            _show(closed, as_json, _closed if ends[-1] == "SUCCEEDED" else _stopped)
        if not ends:
            _show(desk.business_day(), as_json, partial(_nothing_to_close, until))
    if ends and ends[-1] != "SUCCEEDED":
        raise typer.Exit(1)


def status(bank: Bank = DEMO_BANK, as_json: Json = False) -> None:
    """Show the bank's business day, and where its last end of day stopped."""
    with _desk(bank) as desk:
        _show(desk.business_day(), as_json, _standing)


@contextmanager
def _desk(bank: str) -> Iterator[EndOfDayDesk]:
    """The running local cloud; whatever goes wrong is one sentence."""
    import time

    import httpx
    from botocore.exceptions import BotoCoreError, ClientError

    from infra.demo.api import ApiRefused, BankApi, shared_client
    from infra.local.running import running_cloud

    cloud = running_cloud()
    found = [arn for name, arn in cloud.state_machines.items() if name.endswith(MACHINE)]
    if not found:
        fail("the running cloud has no servicing 本地云没有贷款核算模块: puhui up --modules …")
    with shared_client(cloud.gateway_url) as client:
        api = BankApi(client, cloud.tokens.issue("operator", bank))
        try:
            states = cloud.client("stepfunctions")
            yield EndOfDayDesk(api, states, found[0], SystemClock(), time.sleep)
        except ApiRefused as refused:
            fail(refused.sentence)
        except (httpx.HTTPError, BotoCoreError, ClientError) as trouble:
            fail(str(trouble))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        fail(f"--date: {text} is no day 不是日期; write 2026-11-02")


def _show(
    found: Mapping[str, Any], as_json: bool, lines: Callable[[Mapping[str, Any]], Iterator[str]]
) -> None:
    if as_json:
        console.print(json.dumps(found, ensure_ascii=False), markup=False)
        return
    for line in lines(found):
        console.print(line, markup=False)


def _closed(found: Mapping[str, Any]) -> Iterator[str]:
    figures = found["figures"]
    npl = figures["npl_ppm"] / PPM_PER_PERCENT
    yield (
        f"{found['business_date']} 日终完成 closed（第 {found['attempts']} 次 attempt）："
        f"{figures['loans']} 笔 loans，新增 booked {figures['booked']}，"
        f"到期未还 due {figures['due_today']}，新逾期 newly overdue {figures['newly_overdue']}"
    )
    yield (
        f"  本金 principal {_yuan(figures['principal_fen'])}，"
        f"应计利息 accrued {_yuan(figures['accrued_interest_fen'])}，"
        f"逾期 overdue {figures['overdue']} 笔，不良率 NPL {npl:.2f}%（{found['basis_name']}）"
    )


def _stopped(found: Mapping[str, Any]) -> Iterator[str]:
    name = STATUS_NAMES.get(found["status"], "")
    yield f"{found['business_date']} 日终未完成 not closed: {name} {found['status']}"
    told = list(_failures(found))
    yield from told or [f"  {found['cause']}"]
    yield f"  排除原因后重新发起 mend it and start again: {_command(found, 'run')}"


def _standing(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['bank_id']} 会计日期 business day {found['business_date']} {found['state_name']}"
    if found["run_id"]:
        since = f"自 since {_in_china(found['closing_since'])}"
        yield f"  第 {found['attempt']} 次 attempt {found['run_id']}，{since}"
    yield from _failures(found)
    if found["failures"]:
        yield f"  排除原因后重新发起 mend it and start again: {_command(found, 'run')}"


def _nothing_to_close(until: date | None, found: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{until} 及以前均已日终 is closed already; "
        f"会计日期 business day {found['business_date']} {found['state_name']}"
    )


def _failures(found: Mapping[str, Any]) -> Iterator[str]:
    for one in found["failures"]:
        part = "" if one["partition"] is None else f"，分区 partition {one['partition']}"
        yield f"  {one['station_name']} {one['station']}{part}: {one['error_name']} {one['error']}"


def _command(found: Mapping[str, Any], what: str) -> str:
    return f"{COMMAND} eod {what} --bank {found['bank_id']}"


def _in_china(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(CHINA):%Y-%m-%d %H:%M:%S} 北京时间"


def _yuan(fen: int) -> str:
    return f"{Money(fen).yuan:,} 元"
