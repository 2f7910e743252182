"""`puhui schedule`: the documented requests, both outputs, and bad input for every field."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.config import ROOT

DOCS = (ROOT / "docs" / "repayment-plans.md").read_text(encoding="utf-8")
REQUEST: dict[str, Any] = {
    "principal": 300000,
    "annual_rate_pct": 4.35,
    "disbursement_date": "2026-03-01",
    "n": 12,
    "method": "EQUAL_INSTALLMENT",
}


@cache
def app() -> Any:
    return build()


def run(request: object, *arguments: str) -> Any:
    text = request if isinstance(request, (str, bytes)) else json.dumps(request)
    return CliRunner().invoke(app(), ["schedule", *arguments], input=text)


def answered(request: object) -> Any:
    result = run(request, "--json")
    assert result.exit_code == 0, result.stdout
    return json.loads(result.stdout)


def refused(request: object) -> Any:
    result = run(request, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert list(error) == ["code", "message", "field", "rule"]
    return error


def blocks(kind: str) -> list[Any]:
    found = re.findall(rf"```json {kind}\n(.*?)```", DOCS, re.DOTALL)
    return [json.loads(block) for block in found]


@pytest.mark.parametrize("place", [0, 1])
def test_a_documented_request_has_the_documented_answer(place: int) -> None:
    assert answered(blocks("request")[place]) == blocks("answer")[place]


def test_one_of_the_documented_requests_has_events() -> None:
    assert ["events" in request for request in blocks("request")] == [False, True]


def test_the_request_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(REQUEST), encoding="utf-8")

    result = run("", "--json", "--file", str(file))

    assert json.loads(result.stdout) == answered(REQUEST)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = run("", "--file", str(tmp_path / "nowhere.json"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be read" in result.stderr


def test_numbers_are_read_digit_by_digit_as_number_or_as_text() -> None:
    digits = '{"principal": 1000000000.07, "annual_rate_pct": 4.3500000000000000001, '
    rest = json.dumps({**REQUEST, "principal": "x", "annual_rate_pct": "x"})
    as_text = {**REQUEST, "principal": "1000000000.07", "annual_rate_pct": "4.3500000000000000001"}
    numbers = digits + rest.split('"annual_rate_pct": "x", ')[1]

    assert answered(numbers) == answered(as_text)
    assert answered(numbers)["totals"]["principal"] == "1000000000.07"


def test_null_says_the_same_as_leaving_a_field_out() -> None:
    nulls = dict.fromkeys(["maturity_date", "fees", "events", "as_of", "decimals", "percent"])

    assert answered({**REQUEST, **nulls}) == answered(REQUEST)


def test_amounts_have_the_decimals_that_were_asked_for() -> None:
    whole = answered({**REQUEST, "decimals": 0})
    tens = answered({**REQUEST, "decimals": -2})

    assert (whole["rows"][0]["total"], tens["rows"][0]["total"]) == ("25593", "25600")
    assert whole["apr_pct"] == "4.3508"


def test_only_a_payoff_is_answered_with_what_settles_the_loan() -> None:
    events = [{"date": "2026-06-16", "type": "PAYOFF", "strategy": "TO_PERIOD_END"}]

    assert "payoff" not in answered(REQUEST)
    assert answered({**REQUEST, "events": events})["payoff"]["date"] == "2026-06-16"


def test_people_read_a_table_with_the_methods_chinese_name() -> None:
    events = [{"date": "2026-06-16", "type": "PAYOFF"}]

    page = run({**REQUEST, "events": events}).stdout

    assert "等额本息 EQUAL_INSTALLMENT" in page
    assert "25592.97" in page
    assert "结清 pay-off on 2026-06-16" in page


def test_people_read_one_sentence_about_bad_input() -> None:
    result = run({**REQUEST, "n": 0})

    assert (result.exit_code, result.stdout) == (2, "")
    assert "n: n breaks rule greater_than_equal" in result.stderr


EVENT = {"date": "2026-06-16", "type": "PREPAYMENT", "amount": 1}
FEE = {"name": "担保费", "amount": 1, "date": "2026-03-01"}
BAD: list[tuple[str, dict[str, Any]]] = [
    ("principal", {"principal": 0}),
    ("principal", {"principal": "a lot"}),
    ("principal", {"principal": True}),
    ("principal", {"principal": 10**12}),
    ("annual_rate_pct", {"annual_rate_pct": -1}),
    ("annual_rate_pct", {"annual_rate_pct": 1001}),
    ("disbursement_date", {"disbursement_date": "2026-02-30"}),
    ("disbursement_date", {"disbursement_date": "1960-01-01"}),
    ("n", {"n": 0}),
    ("n", {"n": 1201}),
    ("n", {"n": 1.5}),
    ("n", {"n": None}),
    ("maturity_date", {"maturity_date": "2026-03-01"}),
    ("maturity_date", {"maturity_date": "2026-06-01"}),
    ("frequency", {"frequency": "monthly"}),
    ("frequency", {"frequency": "0 DAYS"}),
    ("first_due_date", {"first_due_date": "2026-03-01"}),
    ("method", {"method": "BALLOON"}),
    ("interest_calc", {"interest_calc": "WEEKLY"}),
    ("year_days", {"year_days": 366}),
    ("month_days", {"month_days": 31}),
    ("rounding", {"rounding": "CEILING"}),
    ("decimals", {"decimals": 9}),
    ("decimals", {"decimals": "two"}),
    ("installment_multiple_of", {"installment_multiple_of": 0}),
    ("principal_multiple_of", {"principal_multiple_of": -1}),
    ("fixed_installment", {"fixed_installment": 1000}),
    ("fixed_installment", {"fixed_installment": 30000, "method": "EQUAL_PRINCIPAL"}),
    ("percent", {"method": "FIXED_PRINCIPAL_PERCENT"}),
    ("percent", {"percent": 101}),
    ("principal_grace", {"principal_grace": 12}),
    ("principal_grace", {"principal_grace": -1}),
    ("interest_grace", {"interest_grace": 13}),
    ("head_tail", {"head_tail": "NONE"}),
    ("holiday_shift", {"holiday_shift": "NEAREST"}),
    ("holidays.0", {"holidays": ["New Year"]}),
    ("holidays", {"holiday_shift": "PREVIOUS", "frequency": "1 DAYS", "holidays": ["2026-03-03"]}),
    ("fees.0.amount", {"fees": [{**FEE, "amount": -1}]}),
    ("fees.0.date", {"fees": [{**FEE, "date": "soon"}]}),
    ("fees.0.name", {"fees": [{"amount": 1, "date": "2026-03-01"}]}),
    ("fees.0.payee", {"fees": [{**FEE, "payee": ""}]}),
    ("fees", {"fees": [{**FEE, "amount": 300000}]}),
    ("events.0.date", {"events": [{**EVENT, "date": "2026-13-01"}]}),
    ("events.date", {"events": [{**EVENT, "date": "2026-02-28"}]}),
    ("events.0.type", {"events": [{**EVENT, "type": "GIFT"}]}),
    ("events.0.amount", {"events": [{**EVENT, "amount": 0}]}),
    ("events.1.amount", {"events": [EVENT, {"date": "2026-06-16", "type": "REPAYMENT"}]}),
    ("events.0.annual_rate_pct", {"events": [{"date": "2026-06-16", "type": "RATE_CHANGE"}]}),
    ("events.0.interest", {"events": [{**EVENT, "interest": "LATER"}]}),
    ("as_of", {"as_of": "today"}),
    ("overdue_interest", {"overdue_interest": "perhaps"}),
    ("currency", {"currency": "EUR"}),
]


@pytest.mark.parametrize(("field", "change"), BAD, ids=lambda value: str(value)[:40])
def test_bad_input_names_its_field_and_rule(field: str, change: dict[str, Any]) -> None:
    error = refused({**REQUEST, **change})

    assert error["field"] == field
    assert error["rule"]
    assert error["message"]


@pytest.mark.parametrize("missing", ["principal", "annual_rate_pct", "disbursement_date", "method"])
def test_a_missing_field_is_named(missing: str) -> None:
    request = {name: value for name, value in REQUEST.items() if name != missing}

    assert (refused(request)["field"], refused(request)["rule"]) == (missing, "missing")


def test_a_strategy_that_nobody_knows_is_named() -> None:
    error = refused({**REQUEST, "events": [{**EVENT, "strategy": "FORGET"}]})

    assert error["field"] == "events.0.strategy"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"principal": NaN}', '{"n": 1, "n": 2}'])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    assert refused(text)["code"] in {"bad_request", "unprocessable"}
