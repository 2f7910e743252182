"""`puhui bank init`: a bank's file is checked before anything is sent, then sent in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from infra.cli import bank as bank_command
from infra.cli import build
from infra.cli.bank_file import BankFileNotValid, read_bank_file
from infra.config import ROOT
from intake.domain.consent import SCOPE_NAMES
from operations.domain.catalogue import check_product
from operations.schemas import AuthorityBody, BankBody, ProductBody, StaffBody
from puhui.china.regions import ANHUI_PREFECTURES

DEMO = ROOT / "docs" / "examples" / "demo-bank.yaml"


class ListedApi:
    """An API that lists what is put."""

    def __init__(self, bank_id: str = "demo-bank") -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self._bank_id = bank_id

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        return {"bank_id": self._bank_id} if path.endswith("/bank") else {}


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = DEMO.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "bank.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_documented_example_passes_the_api_of_operations() -> None:
    bank = read_bank_file(DEMO)
    bodies: dict[str, type[BaseModel]] = {
        "bank": BankBody,
        "authority": AuthorityBody,
        "staff": StaffBody,
    }

    for path, body in bank.requests():
        _, _, kind, *rest = path.split("/")
        if kind == "products":
            check_product(ProductBody.model_validate(body).to_domain(rest[0]))
            continue
        parsed = bodies[kind].model_validate(body)
        getattr(parsed, "to_domain")(bank.bank_id, *rest)  # noqa: B009  (three models, one verb)


def test_the_example_lends_in_every_prefecture_of_anhui() -> None:
    assert set(read_bank_file(DEMO).bank.licensed_regions) == set(ANHUI_PREFECTURES)


def test_the_example_asks_for_consents_that_intake_knows() -> None:
    product = read_bank_file(DEMO).products[0]

    assert set(product.required_consents) <= set(SCOPE_NAMES)


def test_yuan_and_per_cent_become_fen_and_basis_points() -> None:
    body = read_bank_file(DEMO).products[0].body()

    assert (body["min_amount_fen"], body["max_rate_bps"]) == (10_000_000, 1500)


def test_settlement_and_fees_are_typed_as_the_api_takes_them(tmp_path: Path) -> None:
    file = tmp_path / "bank.yaml"
    text = DEMO.read_text(encoding="utf-8")
    text = text.replace(
        "    fees: []",
        "    fees:\n"
        "      - {name: 担保费, kind: guarantee, payee: 合成担保, rate_percent: '1.50'}\n"
        "      - {name: 评估费, kind: fee, payee: 合成评估, amount_yuan: 300}",
    ).replace(
        "      prepay_fee_months: 0",
        "      prepay_fee_months: 3\n      year_days: 365\n      compound_interest: false",
    )
    file.write_text(text, encoding="utf-8")

    body = read_bank_file(file).products[0].body()

    assert body["settlement"] == {
        "interest_calc": "PERIOD",
        "penalty_uplift_pct": 50,
        "prepay_fee_months": 3,
        "year_days": "365",
        "compound_interest": False,
    }
    assert [(fee.get("rate_bps"), fee.get("amount_fen")) for fee in body["fees"]] == [
        (150, None),
        (None, 30_000),
    ]
    assert ProductBody.model_validate(body).settlement.prepay_fee_months == 3


def test_the_bank_comes_before_its_people_and_products() -> None:
    api = ListedApi()

    bank_command.set_up_bank(api, read_bank_file(DEMO))  # type: ignore[arg-type]

    assert [path.split("/")[2] for path, _ in api.sent[:2]] == ["bank", "authority"]


def test_a_token_of_another_bank_stops_after_the_first_answer() -> None:
    api = ListedApi(bank_id="other-bank")

    with pytest.raises(BankFileNotValid, match="other-bank"):
        bank_command.set_up_bank(api, read_bank_file(DEMO))  # type: ignore[arg-type]

    assert len(api.sent) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("min_amount_yuan: 100000", "min_amount_yuan: 1000.5", "products.0.min_amount_yuan"),
        ("min_amount_yuan: 100000", "min_amount_yuan: 0", "products.0.min_amount_yuan"),
        ('min_rate_percent: "4.00"', "min_rate_percent: 4.005", "products.0.min_rate_percent"),
        ("effective_from: 2016-01-01", "effective_from: 2016-02-30", "products.0.effective_from"),
        ("rule_edition: cn-2026-08", "colour: red", "bank.colour"),
        ("  rule_edition: cn-2026-08\n", "", "bank.rule_edition"),
        ("bank_id: demo-bank", "bank_id: demo-bank\n  bank_id: north", "bank_id comes twice"),
        ("bank:\n", "bank: [\n", "bank.yaml"),
    ],
)
def test_a_file_that_is_no_bank_is_refused_by_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(BankFileNotValid, match=says):
        read_bank_file(changed(tmp_path, old, new))


def test_texts_stay_texts(tmp_path: Path) -> None:
    bank = read_bank_file(changed(tmp_path, "name: 合肥支行", "name: no"))

    assert bank.branches[0].name == "no"


def test_a_tag_makes_no_object(tmp_path: Path) -> None:
    path = changed(tmp_path, "name: 合肥支行", "name: !!python/name:os.system 合肥支行")

    assert read_bank_file(path).branches[0].name == "合肥支行"


def test_check_sends_nothing() -> None:
    result = CliRunner().invoke(build(), ["bank", "init", str(DEMO), "--check"])

    assert (result.exit_code, "nothing was sent" in result.output) == (0, True)


def test_a_broken_file_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    path = changed(tmp_path, "bank:\n", "bank: [\n")

    result = CliRunner().invoke(build(), ["bank", "init", str(path)])

    assert result.exit_code == 2


def test_an_address_without_a_token_is_refused() -> None:
    result = CliRunner().invoke(
        build(), ["bank", "init", str(DEMO), "--url", "http://127.0.0.1:1"], env={"PUHUI_TOKEN": ""}
    )

    assert (result.exit_code, "--token is missing" in result.output) == (2, True)
