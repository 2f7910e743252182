"""`puhui indicators`: the library, one definition, and values with the rows behind them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.indicator_examples import FOLDER
from layers.models.training.firms import read_firms
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.library import DEFINITIONS, LIBRARY_SHA256
from tests.support.fact_documents import a_fact_document
from tests.support.real_data import REAL_FIRMS, needs_real_firms

AS_OF = "2026-03-01"
BUREAU = FOLDER / "bureau.json"
MONTHS = "own.bur.overdue.biz_loan_m2p.l3m.cnt_month"
FIRMS = 385


@cache
def app() -> Any:
    return build()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app(), ["indicators", *arguments])


def answered(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return str(result.stderr)


def computed(facts: Path, *arguments: str) -> Any:
    return answered("compute", "--facts", str(facts), "--as-of", AS_OF, *arguments)


def a_file(folder: Path, documents: dict[str, Any], **more: Any) -> Path:
    path = folder / "facts.json"
    path.write_text(json.dumps({"subject": "S1", "documents": documents} | more), encoding="utf-8")
    return path


def test_the_list_has_every_indicator_with_its_whole_definition() -> None:
    listed = answered("list")

    assert (listed["count"], listed["library_sha256"]) == (len(DEFINITIONS), LIBRARY_SHA256)
    assert [one["id"] for one in listed["indicators"]] == list(DEFINITIONS)


def test_the_list_says_which_models_use_an_indicator() -> None:
    listed = answered("list", "--only", "ent.inv.out_valid_amt.all.l12m.sum")

    assert listed["indicators"][0]["models"] == ["sme_application_score", "tax_invoice_score"]


def test_the_list_for_people_has_names_under_their_domain() -> None:
    result = run("list", "--only", "own.bur.*")

    assert "BUR 征信" in result.stdout
    assert "近3个月M1及以上逾期账户数" in result.stdout
    assert "180 项指标" in result.stdout


def test_a_definition_is_explained_in_words_and_as_data() -> None:
    told, data = run("explain", MONTHS).stdout, answered("explain", MONTHS)

    assert "account_product ∈ biz_loan; overdue_level ≥ 2" in told
    assert data["filter"]["where"] == [
        {"field": "account_product", "op": "in", "values": ["biz_loan"]},
        {"field": "overdue_level", "op": "ge", "values": [2]},
    ]


def test_a_derived_indicator_names_what_it_is_made_of() -> None:
    assert "ent.reg.paid_in_capital.all.now.value" in (
        run("explain", "ent.xck.equity.all.l12m.ratio").stdout
    )


def test_an_unknown_name_is_refused_with_those_that_are_near() -> None:
    assert "ent.tax.revenue.all.now.value" in refused("explain", "ent.tax.revenues.all.now.value")


@pytest.mark.parametrize("name", ["tax/1", "tax-1", "tax"])
def test_a_product_is_known_by_each_of_its_names(name: str, tmp_path: Path) -> None:
    values = computed(a_file(tmp_path, {name: a_fact_document("tax/1")}))

    assert values["ent.tax.revenue.all.now.value"] == {"value": "1.00", "state": "ok"}
    assert values["own.bur.history.all.now.value"] == {"value": None, "state": "missing"}


def test_a_folder_gives_what_a_file_with_the_same_documents_gives(tmp_path: Path) -> None:
    documents = {product: a_fact_document(product) for product in PRODUCTS}
    folder = tmp_path / "folder"
    folder.mkdir()
    for product, document in documents.items():
        path = folder / f"{PRODUCTS[product].slug}.json"
        path.write_text(json.dumps(document), encoding="utf-8")

    assert computed(folder) == computed(a_file(tmp_path, documents))


def test_a_state_may_be_given_instead_of_a_document(tmp_path: Path) -> None:
    values = computed(a_file(tmp_path, {"tax": "not_consented"}))

    assert values["ent.tax.revenue.all.now.value"] == {"value": None, "state": "not_consented"}


def test_only_what_fits_the_pattern_is_printed(tmp_path: Path) -> None:
    values = computed(a_file(tmp_path, {}), "--only", "ent.tax.*.now.*")

    assert values
    assert all(name.startswith("ent.tax.") and ".now." in name for name in values)


def test_the_rows_behind_a_value_are_listed() -> None:
    found = answered(
        "compute", "--facts", str(BUREAU), "--as-of", "2026-08-01", "--explain", MONTHS
    )

    assert (found["value"], found["state"]) == ("2", "ok")
    assert [(row["part"], row["fields"]["month"]) for row in found["rows"]] == [
        ("window", "2026-06"),
        ("window", "2026-07"),
    ]


def test_the_rows_behind_a_value_are_readable() -> None:
    result = run("compute", "--facts", str(BUREAU), "--as-of", "2026-08-01", "--explain", MONTHS)

    assert "近3个月经营性贷款M2及以上逾期月数" in result.stdout
    assert '"month": "2026-07"' in result.stdout


def test_values_are_readable_with_the_reason_where_there_is_none() -> None:
    result = run("compute", "--facts", str(BUREAU), "--as-of", "2026-08-01", "--only", "own.bur.*")

    assert "180,000.00" in result.stdout
    assert "无意义" in result.stdout


def a_tax_document(**changes: Any) -> dict[str, Any]:
    return a_fact_document("tax/1") | changes


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (a_tax_document(row_count=9), "field row_count: rule rows"),
        (a_tax_document(extra=1), "field extra: rule schema"),
        (a_tax_document(returns=[{}], row_count=5), "field returns[0].period: rule schema"),
        (a_tax_document(period_from="2026-03-01"), "field period_from: rule period"),
        (a_tax_document(period_to="2025-05-31"), "field returns.period: rule period"),
        ({"schema": "tax/1"}, "rule schema"),
        ("happy", "rule state"),
        (7, "rule schema"),
    ],
    ids=["rows", "unknown", "absent", "backwards", "outside", "empty", "state", "number"],
)
def test_an_unreadable_document_is_refused_by_file_field_and_rule(
    document: Any, told: str, tmp_path: Path
) -> None:
    path = a_file(tmp_path, {"tax/1": document})

    message = refused("compute", "--facts", str(path), "--as-of", AS_OF)

    assert told in message
    assert "facts.json: documents.tax/1" in message


def test_what_the_document_says_is_not_repeated(tmp_path: Path) -> None:
    document = a_fact_document("bank_flow/1")
    document["transactions"][0]["kind"] = "张三的钱"

    path = a_file(tmp_path, {"bank_flow": document})

    message = refused("compute", "--facts", str(path), "--as-of", AS_OF)
    assert "transactions[0].kind" in message
    assert "张三" not in message


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "rule file"),
        ("[]", "rule file"),
        ('{"documents": {}, "more": 1}', "field more: rule file"),
        ('{"documents": {"taxes/1": {}}}', "no product taxes/1"),
        ('{"documents": {"tax": "missing", "tax/1": "missing"}}', "given twice"),
    ],
)
def test_a_file_that_is_no_set_of_facts_is_refused(content: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(content, encoding="utf-8")

    assert told in refused("compute", "--facts", str(path), "--as-of", AS_OF)


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    assert "no <product>.json" in refused("compute", "--facts", str(tmp_path), "--as-of", AS_OF)


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    place = str(tmp_path / "nowhere")

    assert "neither a file nor a folder" in refused("compute", "--facts", place, "--as-of", AS_OF)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20260301", "2026-03-01T00:00"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    assert "--as-of" in refused("compute", "--facts", str(BUREAU), "--as-of", day)


def test_a_pattern_that_nothing_fits_is_refused() -> None:
    assert "no indicator fits" in refused("list", "--only", "nothing.*")


@pytest.mark.data
@pytest.mark.full
@needs_real_firms
def test_the_indicators_of_all_real_firms_are_computed_without_an_error(tmp_path: Path) -> None:
    firms = [*read_firms(REAL_FIRMS, labelled=True), *read_firms(REAL_FIRMS, labelled=False)]

    for firm in firms:
        path = tmp_path / "facts.json"
        path.write_bytes(
            b'{"subject": "%s", "documents": {"invoice/1": %s}}'
            % (firm.firm_id.encode(), firm.body)
        )
        values = answered("compute", "--facts", str(path), "--as-of", "2020-02-11")
        assert len(values) == len(DEFINITIONS)
        assert values["ent.inv.out_valid_amt.all.l12m.sum"]["state"] == "ok"

    assert len(firms) == FIRMS
