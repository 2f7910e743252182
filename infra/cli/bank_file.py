"""The one file with which a bank sets itself up; docs/examples/demo-bank.yaml explains it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from puhui.contracts.settlement import SettlementParameters
from puhui.money import Money

MAX_FILE_BYTES = 1024 * 1024
BPS_PER_PERCENT = 100

Yuan = Annotated[int, Field(gt=0, le=10**11)]
Percent = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)]


_SETTLEMENT: dict[str, Any] = SettlementParameters.model_json_schema()["properties"]


def typed_settlement(texts: Any) -> Any:
    """A file's texts as the numbers and yes or no that its parameters are; the API checks them."""
    if not isinstance(texts, dict):
        return texts
    return {name: _typed(_SETTLEMENT.get(name, {}), text) for name, text in texts.items()}


def _typed(described: dict[str, Any], text: Any) -> Any:
    kinds = {one.get("type") for one in described.get("anyOf", [described])}
    if "integer" in kinds and str(text).isdecimal():
        return int(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return text


class BankFileNotValid(ValueError):
    """The file is not a bank; the message says where, line by line."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BankPart(_Part):
    """The bank itself."""

    bank_id: str
    name: str
    rule_edition: str
    licensed_regions: tuple[str, ...]


class BranchPart(_Part):
    """One branch."""

    branch_id: str
    name: str
    region_code: str


class StaffPart(_Part):
    """One account of one person."""

    staff_id: str
    employee_no: str
    display_name: str
    roles: tuple[str, ...]
    branch_id: str | None = None
    active: bool = True


class AuthorityPart(_Part):
    """One cell of the authority matrix."""

    role: str
    kind: str
    max_amount_yuan: Yuan


class FeePart(_Part):
    """What a guarantor, insurer or partner charges for a loan of the product."""

    name: str
    kind: str
    payee: str
    amount_yuan: Yuan | None = None
    rate_percent: Percent | None = None
    charged: str = "ON_A_DAY"

    def body(self) -> dict[str, Any]:
        """The fee as the API takes it: 分 or basis points."""
        body: dict[str, Any] = self.model_dump(mode="json", exclude={"amount_yuan", "rate_percent"})
        if self.amount_yuan is not None:
            body["amount_fen"] = _fen(self.amount_yuan)
        if self.rate_percent is not None:
            body["rate_bps"] = int(self.rate_percent * BPS_PER_PERCENT)
        return body


class ProductPart(_Part):
    """One loan product."""

    code: str
    name: str
    customer_kinds: tuple[str, ...]
    min_amount_yuan: Yuan
    max_amount_yuan: Yuan
    min_rate_percent: Percent
    max_rate_percent: Percent
    term_months: tuple[int, ...]
    repayment_methods: tuple[str, ...]
    required_facts: tuple[str, ...]
    required_consents: tuple[str, ...]
    offer_valid_days: int = 7
    disclosure_reading_seconds: int = 10
    fees: tuple[FeePart, ...] = ()
    settlement: Annotated[dict[str, Any], BeforeValidator(typed_settlement)] = Field(
        default_factory=dict
    )
    effective_from: date
    effective_to: date | None = None

    def body(self) -> dict[str, Any]:
        """The product as the API takes it: 分 and basis points."""
        kept = self.model_dump(
            mode="json",
            exclude={
                "code",
                "min_amount_yuan",
                "max_amount_yuan",
                "min_rate_percent",
                "max_rate_percent",
                "fees",
            },
        )
        return kept | {
            "fees": [fee.body() for fee in self.fees],
            "min_amount_fen": _fen(self.min_amount_yuan),
            "max_amount_fen": _fen(self.max_amount_yuan),
            "min_rate_bps": int(self.min_rate_percent * BPS_PER_PERCENT),
            "max_rate_bps": int(self.max_rate_percent * BPS_PER_PERCENT),
        }


class BankFile(_Part):
    """A bank with its branches, people, authority and products."""

    bank: BankPart
    branches: tuple[BranchPart, ...]
    staff: tuple[StaffPart, ...]
    authority: tuple[AuthorityPart, ...]
    products: tuple[ProductPart, ...]

    @property
    def bank_id(self) -> str:
        """Which bank this is."""
        return self.bank.bank_id

    def requests(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Path and body of every request that sets the bank up, in the order that works."""
        yield (
            "/operations/bank",
            {
                **self.bank.model_dump(mode="json", exclude={"bank_id"}),
                "branches": [branch.model_dump(mode="json") for branch in self.branches],
            },
        )
        yield (
            "/operations/authority",
            {
                "rules": [
                    {
                        "role": cell.role,
                        "kind": cell.kind,
                        "max_amount_fen": _fen(cell.max_amount_yuan),
                    }
                    for cell in self.authority
                ]
            },
        )
        for member in self.staff:
            body = member.model_dump(mode="json", exclude={"staff_id"})
            yield f"/operations/staff/{member.staff_id}", body
        for product in self.products:
            yield f"/operations/products/{product.code}", product.body()


def read_bank_file(path: Path) -> BankFile:
    """Read and check a bank's file; texts stay texts, so that 010 and no keep their meaning."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BankFileNotValid(f"{path} is larger than 1 MB")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BankFileNotValid(f"{path}: {error}") from error
    try:
        return BankFile.model_validate(content)
    except ValidationError as error:
        lines = (
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
        )
        raise BankFileNotValid("\n".join((f"{path}:", *lines))) from error


class _TextLoader(yaml.BaseLoader):
    """Makes texts, lists and mappings only, and refuses a key that comes twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping whose keys differ."""
        keys = [key.value for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"{', '.join(twice)} comes twice", node.start_mark
            )
        return dict(super().construct_mapping(node, deep=deep))


def _fen(yuan: int) -> int:
    return Money.of_yuan(yuan).minor
