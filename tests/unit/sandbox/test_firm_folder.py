"""A bank's own firm files: read exactly, in any usual encoding, and refused by line when odd."""

from __future__ import annotations

import gzip
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china import uscc
from puhui.contracts.facts import InvoiceDocument
from puhui.money import Money
from sandbox.adapters.firm_folder import FirmFolder
from sandbox.domain.applicant import PARTY_FIELDS, Applicant
from sandbox.domain.firm_records import FirmFileNotReadable, fen
from sandbox.domain.names import SIMULATED
from sandbox.domain.real_firms import kind_of, section_of
from tests.support.real_data import REAL_FIRMS, needs_real_firms

FIRMS = "企业代号,企业名称\nF1,***商贸有限公司\nF2,个体经营F2\n"
OUT = """企业代号,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态
F1,1001,2019/3/5,B1,9401.71,1598.29,11000.0,有效发票
F1,1002,2019-12-31,B2,-943.4,-56.6,-1000.0, 作废发票
F2,2001,2020年1月2日,B3,100,3,103,有效发票
F1,1003,2020/2/21,B1,50.05,6.51,56.56,有效发票
"""
IN = """企业代号,发票号码,开票日期,销方单位代号,金额,税额,价税合计,发票状态
F1,9001,2018/12/1,S1,0.1,0.01,0.11,有效发票
"""


def everything(path: Path) -> list[Applicant]:
    return list(FirmFolder(path).applicants("42"))


def folder(path: Path, *, encoding: str = "utf-8", packed: bool = False, **files: Any) -> Path:
    contents = {"enterprises": FIRMS, "output_invoices": OUT, "input_invoices": IN} | files
    for name, text in contents.items():
        data = text.encode(encoding)
        if packed:
            (path / f"{name}.csv.gz").write_bytes(gzip.compress(data))
        else:
            (path / f"{name}.csv").write_bytes(data)
    return path


def first(path: Path) -> Applicant:
    return next(FirmFolder(path).applicants("42"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str, packed: bool) -> None:
    found = first(folder(tmp_path, encoding=encoding, packed=packed))

    assert [row["total_fen"] for row in found.invoices["rows"]] == [1100000, -100000, 5656, 11]


def test_lines_of_a_firm_may_lie_apart(tmp_path: Path) -> None:
    counts = [a.invoices["row_count"] for a in FirmFolder(folder(tmp_path)).applicants("42")]

    assert counts == [4, 1]


def test_a_document_says_what_it_holds(tmp_path: Path) -> None:
    document = InvoiceDocument.model_validate_json(first(folder(tmp_path)).invoice_bytes())

    assert [row.status for row in document.rows] == ["valid", "void", "valid", "valid"]


def test_the_days_of_the_folder_are_the_period_of_every_firm(tmp_path: Path) -> None:
    periods = {
        (a.invoices["period_from"], a.invoices["period_to"])
        for a in FirmFolder(folder(tmp_path)).applicants("42")
    }

    assert periods == {("2018-12-01", "2020-02-21")}


def test_the_business_date_is_the_first_of_the_next_month(tmp_path: Path) -> None:
    assert FirmFolder(folder(tmp_path)).extract.business_date == date(2020, 3, 1)


def test_a_declared_extract_wins(tmp_path: Path) -> None:
    declared = "period_from,period_to,business_date\n2018-01-01,2020-03-31,2020-04-02\n"

    extract = FirmFolder(folder(tmp_path, extract=declared)).extract

    assert (extract.period_to, extract.business_date) == (date(2020, 3, 31), date(2020, 4, 2))


def test_what_the_data_lacks_is_generated_valid_and_named(tmp_path: Path) -> None:
    found = first(folder(tmp_path))

    assert uscc.validate(found.party.uscc or "").kind == "firm"
    assert found.synthetic_fields == PARTY_FIELDS
    assert found.party.name.endswith(f"商贸有限公司{SIMULATED}")


def test_what_the_bank_gives_is_kept(tmp_path: Path) -> None:
    firms = (
        "企业代号,企业名称,统一社会信用代码,手机号,申请金额,还款方式,所属地区,行业门类,成立日期\n"
        "F1,黄山甲商贸有限公司,91340100MA2ABCD13N,16912345678,300000,先息后本,341000,C,2015/6/1\n"
        "F2,乙店,,,,,,,\n"
    )

    found = first(folder(tmp_path, enterprises=firms))

    assert (found.party.uscc, found.party.name) == ("91340100MA2ABCD13N", "黄山甲商贸有限公司")
    assert (found.amount, found.repayment_method) == (Money.of_yuan(300_000), "INTEREST_FIRST")
    assert (found.region_code, found.industry_section) == ("341000", "C")
    assert found.established_on == date(2015, 6, 1)
    assert "uscc" not in found.synthetic_fields
    assert "legal_person_id" in found.synthetic_fields


def test_the_banks_own_rating_is_not_passed_on(tmp_path: Path) -> None:
    firms = "企业代号,企业名称,信誉评级,是否违约\nF1,甲公司,D,是\nF2,乙公司,A,否\n"

    found = first(folder(tmp_path, enterprises=firms))

    assert "是" not in str(found.invoices)
    assert not hasattr(found, "rating")


@pytest.mark.parametrize(
    ("files", "rule", "says"),
    [
        ({"enterprises": "企业代号,名字\nF1,x\n"}, "data.columns", "企业名称"),
        ({"enterprises": "企业代号,企业名称,手机好\nF1,x,1\n"}, "data.columns", "手机好"),
        ({"enterprises": "企业名称,企业代号\nx,F1\n"}, "data.columns", "first column"),
        ({"enterprises": "企业代号,企业名称\nF1,x\nF1,y\n"}, "data.firm_id", "own code"),
        ({"enterprises": "企业代号,企业名称\nF1\n"}, "data.cells", "line 2"),
        ({"output_invoices": OUT.replace("9401.71", "9401.715")}, "data.invoice", "line 2"),
        ({"output_invoices": OUT.replace("9401.71", "1e3")}, "data.invoice", "line 2"),
        ({"output_invoices": OUT.replace("2020/2/21", "2020/2/30")}, "data.invoice", "line 5"),
        ({"output_invoices": OUT.replace("103,有效发票", "103,红冲")}, "data.invoice", "line 4"),
        ({"output_invoices": OUT.replace("B2,", "B2,,")}, "data.cells", "line 3"),
        ({"extract": "from,to\n1,2\n"}, "data.encoding", "extract.csv"),
    ],
)
def test_an_odd_file_is_refused_by_name_and_line(
    tmp_path: Path, files: dict[str, Any], rule: str, says: str
) -> None:
    path = folder(tmp_path, **files)

    with pytest.raises(FirmFileNotReadable) as refused:
        everything(path)

    assert (refused.value.rule, says in refused.value.message) == (rule, True)


def test_a_folder_without_firms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FirmFileNotReadable):
        FirmFolder(tmp_path)


def test_a_refusal_never_quotes_the_file(tmp_path: Path) -> None:
    path = folder(tmp_path, output_invoices=OUT.replace("9401.71", "王小明"))

    with pytest.raises(FirmFileNotReadable) as refused:
        list(FirmFolder(path).applicants("42"))

    assert "王小明" not in refused.value.message


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_every_amount_of_fen_comes_back(minor: int) -> None:
    assert fen(str(Money(minor).yuan)) == minor


@pytest.mark.parametrize("text", ["", "1.234", "1e5", "NaN", "１", "1,000.00", "+1", " 1", "--1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        fen(text)


@pytest.mark.parametrize(
    ("name", "section", "kind"),
    [
        ("***建筑工程有限公司", "E", "firm"),
        ("***五金经营部", "F", "sole_proprietor"),
        ("个体经营E124", "F", "sole_proprietor"),
        ("***猕猴桃专业合作社", "A", "firm"),
        ("***物流有限公司", "G", "firm"),
        ("***酒店管理有限公司", "H", "firm"),
        ("***", "F", "firm"),
    ],
)
def test_a_name_tells_section_and_kind(name: str, section: str, kind: str) -> None:
    assert (section_of(name), kind_of(name)) == (section, kind)


@pytest.mark.data
@needs_real_firms
def test_the_302_real_firms_load_in_seconds() -> None:
    started = time.perf_counter()
    found = FirmFolder(REAL_FIRMS)

    counts = [applicant.invoices["row_count"] for applicant in found.applicants("42")]

    assert (len(counts), sum(counts)) == (302, 726_010)
    assert found.extract.business_date == date(2020, 3, 1)
    assert time.perf_counter() - started < 60
