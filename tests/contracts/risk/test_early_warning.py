"""What servicing asks of risk exists there: indicators, M24, M23 and M21, each as it is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from puhui.contracts.risk import MAX_INDICATORS_ASKED, ModelQuestion
from puhui.money import Money
from risk.adapters.graph_models import GraphModels
from risk.adapters.model_answers import ModelAnswers
from risk.adapters.model_cards import ModelCards
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.domain.models.statement_rows import KINDS
from risk.usecases.answer_model import AnswerModel
from servicing.adapters.lambda_indicators import DOMAIN_OF
from servicing.domain.fund_use.trace import (
    ENTRUSTED_FROM_FEN,
    FundTrace,
    assessed,
    fund_findings,
    monitor_inputs,
    payment_inputs,
)
from servicing.domain.fund_use.use import Drawdown, LineKind, Payee, UseLine
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.model import ModelSays, model_finding, model_inputs
from servicing.domain.warning.signal import Signal
from tests.support.risk_stores import ARTEFACTS
from tests.support.warnings import DECIDED, LIBRARY, RULES, TODAY, all_well, observed

CARDS = ModelCards(ARTEFACTS)
ANSWER = AnswerModel(CARDS, ModelAnswers(CARDS, GraphModels(CARDS)))
DEFINITIONS = {one.id: one for one in ALL_DEFINITIONS}
INDICATOR_SIGNALS = [one for one in LIBRARY.signals if not one.of_loan]


def ask(model: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return ANSWER(ModelQuestion(bank_id="north", model=model, inputs=inputs)).answer


# --- indicators ---------------------------------------------------------------------------------


@pytest.mark.parametrize("signal", INDICATOR_SIGNALS, ids=lambda one: one.code)
def test_a_signal_reads_an_indicator_of_its_domain_and_document(signal: Signal) -> None:
    definition = DEFINITIONS[signal.reads]

    assert definition.source == signal.product
    assert signal.reads.split(".")[1].upper() == signal.domain
    assert DOMAIN_OF[signal.product or ""] == signal.domain.lower()


def test_everything_that_is_asked_exists_and_fits_into_one_question() -> None:
    names = LIBRARY.indicators(frozenset(DOMAIN_OF))

    assert set(names) <= DEFINITIONS.keys()
    assert len(names) <= MAX_INDICATORS_ASKED


def test_the_trees_inputs_are_those_of_their_card() -> None:
    card = CARDS.document("early_warning_trees")

    assert list(LIBRARY.tree_inputs) == [one["indicator"] for one in card["inputs"]]


# --- M24 ----------------------------------------------------------------------------------------


def m24(**changes: str) -> list[Colour]:
    """What M24 adds to a library that found nothing, for one changed indicator."""
    known = {name: read.observed for name, read in all_well().items() if read.observed}
    baseline = known | {name: observed("100", DECIDED) for name in known if ".sum" in name}
    known |= {name: observed("100") for name in known if ".sum" in name}
    known |= {name.replace("__", "."): observed(value) for name, value in changes.items()}
    inputs = model_inputs(LIBRARY.model_inputs, (), days_overdue=0, known=known, baseline=baseline)
    inputs["probability_ppm"], inputs["text_severity_ppm"] = 0, 0
    says = ModelSays(version="1.0.0", sha256="a" * 64, answer=ask("early_warning", inputs))
    return [one.colour for one in model_finding(says, Colour.NONE, RULES)]


def test_m24_takes_every_input_that_it_is_asked_with() -> None:
    fields = {row.field for row in LIBRARY.model_inputs} | {"overdue_days"}
    card = CARDS.document("early_warning")

    assert fields <= {one["name"] for one in card["inputs"]}


@pytest.mark.parametrize(
    ("indicator", "value", "colour"),
    [
        ("ent.inv.out_valid_amt.all.l3m.sum", "70", Colour.YELLOW),
        ("ent.inv.out_red.all.l3m.amt_rate", "0.2", Colour.ORANGE),
        ("ent.jud.list.dishonest.now.cnt", "1", Colour.RED),
        ("own.jud.list.dishonest.now.cnt", "1", Colour.RED),
        ("ent.reg.status.all.now.value", "2", Colour.RED),
        ("ent.tax.arrears.all.l12m.amt", "10000", Colour.ORANGE),
    ],
)
def test_m24_finds_what_the_library_finds(indicator: str, value: str, colour: Colour) -> None:
    assert m24(**{indicator.replace(".", "__"): value}) == [colour]


def test_m24_finds_nothing_where_nothing_has_changed() -> None:
    assert m24() == []


def test_with_all_indicators_of_the_trees_m24_answers_a_probability() -> None:
    known = {name: read.observed for name, read in all_well().items() if read.observed}
    inputs = model_inputs(
        LIBRARY.model_inputs,
        LIBRARY.tree_inputs,
        days_overdue=0,
        known=known,
        baseline=known,
    )

    assert 0 <= ask("early_warning", inputs)["trees"]["probability_ppm"] <= 1_000_000


# --- M23 and M21 --------------------------------------------------------------------------------

PARTIES = Payee(borrower_names=("张三",), related_names=())


def a_line(number: int, yuan: str, **changes: Any) -> UseLine:
    values: dict[str, Any] = {
        "line_id": f"line-{number}",
        "booked_on": DECIDED + timedelta(days=number),
        "incoming": False,
        "amount": Money.of_yuan(yuan),
        "kind": "business",
        "payee": "合肥某某建材有限公司",
        "purpose": "货款",
        "payee_class": "merchant",
    }
    return UseLine(**values | changes)


def traced(*lines: UseLine, **changes: Any) -> tuple[FundTrace, dict[str, Colour]]:
    values: dict[str, Any] = {
        "loan_id": "loan-1",
        "drawn_on": DECIDED,
        "drawn": Money.of_yuan("600000"),
        "term_months": 12,
        "kind": "personal_business",
        "mode": "self",
        "is_new_relation": False,
        "has_ordinary_credit": False,
    }
    drawdown = Drawdown(**values | changes)
    monitor = ask("fund_use_monitor", monitor_inputs(drawdown, PARTIES, lines))
    asked = payment_inputs(drawdown, PARTIES, lines)
    payment = None if asked is None else ask("drawdown_payment_check", asked)
    trace = assessed(drawdown, lines, TODAY, monitor, payment, ())
    found = fund_findings(trace, drawdown, RULES)
    return trace, {one.code: one.colour for one in found}


def test_a_lines_kinds_are_those_of_the_fact_document() -> None:
    assert set(LineKind.__args__) == set(KINDS)  # type: ignore[attr-defined]


def test_goods_that_were_paid_for_warn_of_nothing() -> None:
    trace, found = traced(a_line(1, "200000"), a_line(2, "100000", payee="另一家有限公司"))

    assert (trace.level, found) == ("none", {})


@pytest.mark.parametrize(
    ("line", "signal"),
    [
        (a_line(1, "300000", payee="某某证券有限公司", purpose="转账"), "SECURITIES"),
        (a_line(1, "300000", payee="某某置业有限公司", purpose="首付"), "REAL_ESTATE"),
        (a_line(1, "300000", payee="张三", kind="transfer"), "BACK_TO_BORROWER"),
        (a_line(1, "300000", payee=None, kind="cash"), "CASH"),
    ],
)
def test_money_that_went_where_it_must_not_is_red(line: UseLine, signal: str) -> None:
    trace, found = traced(line)

    assert trace.level == "misuse"
    assert found["FUND_USE"] is Colour.RED
    assert signal in {code for code, _, _ in trace.signals}


def test_a_drawdown_that_was_split_to_one_payee_is_seen_as_one() -> None:
    split = [a_line(number, "190000") for number in (1, 2, 3)]

    trace, found = traced(*split)

    assert (trace.required_mode, trace.clause) == ("entrusted", "personal")
    assert found["FUND_ENTRUSTED_BYPASSED"] is Colour.ORANGE
    assert trace.largest_payee_fen >= ENTRUSTED_FROM_FEN["personal_business"]


@pytest.mark.parametrize("kind", sorted(ENTRUSTED_FROM_FEN))
def test_m21_has_rules_for_every_kind_of_loan(kind: str) -> None:
    trace, _ = traced(a_line(1, "1000"), kind=kind)

    assert trace.required_mode in {"self", "entrusted"}
