"""FLT31: no state, message or answer outgrows its limit, whatever a bank holds; no disk is used."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

import servicing
from puhui.clock import FixedClock
from puhui.contracts.servicing import BusinessDayClosed
from puhui.events import MAX_EVENT_BYTES
from servicing.book_ports import PARTITIONS
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.tally import DayTally
from servicing.domain.rail.statement_file import MAX_FILE_BYTES
from servicing.end_of_day_payloads import MAX_FAILURES, leg_answer
from servicing.handlers import quote
from tests.support.rail_world import s3_event
from tests.support.servicing import NOON, NORTH

STATE_BYTES: Final = 256 * 1024
"""What Step Functions passes between states, and keeps in a variable."""
LAMBDA_BYTES: Final = 6 * 1024 * 1024
"""What a function takes and answers when its caller waits."""
LOANS: Final = 100_000
FEN_OF_A_LOAN: Final = 10**11
"""A billion yuan: above any loan of a rural bank."""
MACHINE: Final = Path("statemachines/servicing/end_of_day.asl.json")
MACHINE_TEXT: Final = (Path(__file__).parents[3] / MACHINE).read_text(encoding="utf-8")


def size(value: Any) -> int:
    """Bytes on the wire."""
    return len(json.dumps(value, ensure_ascii=False).encode())


def a_leg(loans: int = LOANS) -> Leg:
    """The end of a walk over so many of the largest loans."""
    largest = {one.name: loans * FEN_OF_A_LOAN for one in fields(DayTally)}
    return Leg(
        bank_id=NORTH,
        day=date(2026, 12, 31),
        partition=PARTITIONS - 1,
        after="loan-" + "f" * 32,
        visited=loans,
        changed=loans,
        tally=DayTally(**largest),
        finished=True,
    )


def test_a_leg_of_a_night_is_as_small_with_100_000_loans_as_with_one() -> None:
    one, many = size(leg_answer(a_leg(1))), size(leg_answer(a_leg()))

    assert many - one < 200
    assert many < STATE_BYTES // 100


def causes() -> Iterator[int]:
    """How many characters of a cause the machine keeps, everywhere it keeps one."""
    found = re.findall(r"errorOutput\.Cause, 0, (\d+)\)", MACHINE_TEXT)
    assert len(found) == MACHINE_TEXT.count("errorOutput.Cause,"), "a cause is kept whole"
    return map(int, found)


def test_the_answer_of_a_map_whose_every_partition_fails_fits_a_state() -> None:
    failed = {
        "failed": True,
        "station": "classify_loans",
        "partition": PARTITIONS - 1,
        "error": "E" * 100,
        "cause": "",
    }

    worst = PARTITIONS * (size(failed) + max(causes()) * len("\\u0000") + 2)

    assert worst < STATE_BYTES


def test_the_failures_that_are_recorded_fit_a_call() -> None:
    failures = [{"station": "s" * 200, "partition": 63, "error": "e" * 200}] * MAX_FAILURES

    assert size(failures) < STATE_BYTES
    assert f"[[0..{MAX_FAILURES - 1}]]" in MACHINE_TEXT


def test_the_maps_walk_over_partitions_and_never_over_loans() -> None:
    machine = json.loads(MACHINE_TEXT)
    maps = {name: one for name, one in machine["States"].items() if one["Type"] == "Map"}

    assert {one["Items"] for one in maps.values()} == {"{% $partitions %}"}
    assert size(list(range(PARTITIONS))) < 1024


@pytest.mark.parametrize("method", ["EQUAL_INSTALLMENT", "EQUAL_PRINCIPAL", "FLAT"])
def test_the_longest_plan_fits_the_variable_that_holds_it(method: str) -> None:
    answer = quote.handler(
        {
            "bank_id": "north",
            "correlation_id": "app-1",
            "principal_fen": 10**12,
            "annual_rate_bps": 2400,
            "term_months": 360,
            "method": method,
            "disbursement_date": "2020-03-01",
        },
        None,
    )

    assert len(answer["instalments"]) == 360
    assert size(answer) < STATE_BYTES // 2


def test_a_file_of_any_size_travels_by_its_name() -> None:
    assert size(s3_event("incoming/" + "f" * 64 + ".csv")) < 1024


def test_the_largest_file_fits_the_call_that_delivers_it() -> None:
    """API Gateway hands a body over as text; each line feed of it is two bytes then."""
    line = "D,10000,out," + "s" * 80 + ",0.01," + "r" * 80 + "\n"
    body = (line * (MAX_FILE_BYTES // len(line) + 1))[:MAX_FILE_BYTES]

    assert size({"body": body, "headers": {"h": "v" * 10_000}}) < LAMBDA_BYTES


def test_the_news_of_a_day_is_as_small_for_any_bank() -> None:
    event = BusinessDayClosed(
        business_date=date(2026, 12, 31),
        next_business_date=date(2027, 1, 1),
        loans=LOANS,
        overdue_loans=LOANS,
        principal_outstanding_fen=10**13,
        non_performing_fen=10**13,
    )
    envelope = event.envelope(
        bank_id="b" * 32, subject="s" * 80, correlation_id="c" * 80, clock=FixedClock(NOON)
    )

    assert len(envelope.to_json().encode()) < MAX_EVENT_BYTES // 100


def test_nothing_of_servicing_touches_a_disk_so_a_full_one_stops_nothing() -> None:
    touched = []
    for path in Path(servicing.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names) if any(
                    n.name in {"tempfile", "shutil"} for n in names
                ):
                    touched.append(f"{path.name}: import")
                case ast.ImportFrom(module="tempfile" | "shutil"):
                    touched.append(f"{path.name}: import")
                case ast.Call(func=ast.Name(id="open")):
                    touched.append(f"{path.name}: open")
                case ast.Call(func=ast.Attribute(attr="write_text" | "write_bytes" | "mkdir")):
                    touched.append(f"{path.name}: write")

    assert touched == []
