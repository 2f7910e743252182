"""Firms are found by either number; values are written exactly."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from puhui.fact_schemas import PRODUCTS
from sandbox.adapters.provider_bodies import write_answer
from sandbox.adapters.provider_firms import ListedFirms, PopulationFirms
from sandbox.domain.population import applicant_at, generate
from sandbox.domain.providers.facts import Facts
from sandbox.domain.providers.presentation import Report, Sheet, day, month, present, wan, yuan
from sandbox.domain.providers.profile import Wire
from sandbox.domain.providers.profiles import PROFILES
from sandbox.domain.providers.reports import REPORTS

AS_OF = date(2026, 8, 3)


def test_an_applicant_stands_at_its_index() -> None:
    assert applicant_at("42", 3, AS_OF) == list(generate("42", 4, AS_OF))[3]


def test_a_firm_of_the_population_is_found_by_either_number() -> None:
    firms = PopulationFirms(seed="42", size=30, as_of=AS_OF)
    wanted = applicant_at("42", 17, AS_OF)

    found = [firms.find(n or "") for n in (wanted.party.uscc, wanted.party.legal_person_id)]

    assert found == [wanted, wanted]


def test_a_firm_beyond_the_population_is_not_found() -> None:
    firms = PopulationFirms(seed="42", size=5, as_of=AS_OF)
    beyond = applicant_at("42", 9, AS_OF)

    assert firms.find(beyond.party.uscc or "") is None
    assert firms.find(beyond.party.legal_person_id) is None


def test_listed_firms_come_in_their_order() -> None:
    first, second = generate("42", 2, AS_OF)

    assert next(ListedFirms(first, second).some()) == first


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_amounts_are_written_without_losing_a_fen(amount: int) -> None:
    facts = Facts(period_from=AS_OF, period_to=AS_OF, tables={"t": [{"a": amount, "b": amount}]})
    sheet = Sheet(place="x.t", fields={"a": yuan("a"), "b": wan("b")})
    report = Report(begin="x.b", end="x.e", total="x.n", date_format="%Y%m%d", sheets={"t": sheet})

    (row,) = present(report, facts, facts.tables)["x"]["t"]

    assert int(row["a"].replace(".", "")) == amount
    assert int(row["b"].replace(".", "")) == amount


def test_dates_and_months_are_written_in_the_providers_format() -> None:
    facts = Facts(
        period_from=AS_OF, period_to=AS_OF, tables={"t": [{"d": AS_OF, "m": "2026-08", "n": None}]}
    )
    fields = {"d": day("d", "%Y.%m.%d"), "m": month("m"), "n": day("n")}
    report = Report(
        begin="b",
        end="e",
        total="n",
        date_format="%Y%m%d",
        sheets={"t": Sheet(place="t", fields=fields)},
    )

    answer = present(report, facts, facts.tables)

    assert answer["t"] == [{"d": "2026.08.03", "m": "202608"}]


def test_every_report_shows_every_field_of_its_product() -> None:
    endpoints = {e.connector_id: e.product for p in PROFILES.values() for e in p.endpoints}

    for connector_id, report in REPORTS.items():
        product = PRODUCTS[endpoints[connector_id]]
        assert report.sheets.keys() == product.tables.keys()
        for table, sheet in report.sheets.items():
            assert sheet.fields.keys() == product.tables[table].fields.keys()
        shown = report.snapshot.fields.keys() if report.snapshot else set()
        assert set(shown) == set(product.snapshot)


def test_codes_of_every_report_cover_those_of_the_product() -> None:
    endpoints = {e.connector_id: e.product for p in PROFILES.values() for e in p.endpoints}

    for connector_id, report in REPORTS.items():
        product = PRODUCTS[endpoints[connector_id]]
        for table, sheet in report.sheets.items():
            for name, shown in sheet.fields.items():
                if shown.kind == "code":
                    assert shown.words.keys() == product.tables[table].fields[name].codes.keys()


def test_xml_escapes_and_leaves_out_empty_lists() -> None:
    wire = Wire(format="xml", root="r")

    text = write_answer(wire, {"@a": '"', "b": "<&>", "list": {"item": []}})

    assert text.endswith("<r a='\"'><b>&lt;&amp;&gt;</b></r>")
