"""Real firms and their real invoices as applicants; what the data lacks is generated, and said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, cast

from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.party import CustomerKind, Party
from puhui.money import Money
from sandbox.domain.applicant import PARTY_FIELDS, Applicant
from sandbox.domain.firm_records import STATUS, FirmRecord, fen, iso_date
from sandbox.domain.invoices import yearly_sales_fen
from sandbox.domain.names import SIMULATED, purpose, trade_name
from sandbox.domain.places import COUNTIES, prefecture_of, short_city
from sandbox.domain.population import METHODS, TERM_MONTHS, loan_amount
from sandbox.domain.synthetic_party import identity

SOURCE = "bank.firm-files"
PERSONA = "real"
PERSONA_NAME = "真实发票"
MASK = "***"
LOAN_SHARE_PERCENT = 20
"""A firm whose file names no amount asks for a fifth of its yearly sales."""

SECTION_WORDS: tuple[tuple[str, str], ...] = (
    ("A", "农 种植 养殖 花木 园艺 苗木 合作社 猕猴桃"),
    ("E", "建筑 建设 装饰 装修 工程 劳务 景观 园林 安装"),
    ("P", "教育 培训 学校"),
    ("G", "物流 运输 货运 快递 仓储"),
    ("H", "酒店 餐饮 饭店 食府 宾馆"),
    ("I", "信息 软件 网络 通信 电子商务 互联网"),
    ("K", "房地产 物业"),
    ("L", "广告 传媒 租赁 人力资源 咨询 策划 事务所 会展 企业管理"),
    ("M", "设计 勘察 测绘 检测 技术 科技 研究"),
    ("O", "维修 清洁 家政 汽车服务"),
    ("R", "文化 体育 影视 演艺"),
    ("F", "商贸 贸易 经营部 销售 商行 店 超市 建材 五金 物资 药业 供应链 图书"),
    ("C", "厂 制造 机械 食品 纺织 木业 化工 塑 包装 印刷 材料 鞋业 电器 设备 电子"),
)
"""Words in a firm's name that tell its GB/T 4754 section; the first that fits wins."""
LIKELIEST_SECTION = "F"
SOLE_WORDS = ("个体", "经营部", "店", "商行", "超市", "门市")

InvoiceLine = Sequence[str]
"""number, date, counterparty, amount, tax, total, status; as written in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What a data folder declares about itself: the days it covers and the day after it."""

    period_from: date
    period_to: date
    business_date: date


def extract_of(days: Iterable[str]) -> Extract:
    """Invoices of some days are an extract of those days, judged on the next month's first."""
    ordered = sorted(days)
    first, last = date.fromisoformat(ordered[0]), date.fromisoformat(ordered[-1])
    after = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Extract(period_from=first, period_to=last, business_date=after)


def invoice_rows(direction: str, lines: Iterable[InvoiceLine]) -> list[dict[str, Any]]:
    """Read a firm's invoice lines; a line that cannot be read raises ValueError or KeyError."""
    return [
        {
            "number": number.strip(),
            "direction": direction,
            "issued_on": iso_date(day),
            "counterparty": counterparty.strip(),
            "amount_fen": fen(amount),
            "tax_fen": fen(tax),
            "total_fen": fen(total),
            "status": STATUS[status.strip()],
        }
        for number, day, counterparty, amount, tax, total, status in lines
    ]


def real_applicant(
    record: FirmRecord, rows: list[dict[str, Any]], extract: Extract, *, seed: str, index: int
) -> Applicant:
    """A real firm as an applicant; every generated field of its party is named as synthetic."""
    rng = Random(f"{seed}|{record.firm_id}")  # noqa: S311  (simulation, not a secret)
    document = {
        "schema": INVOICE_SCHEMA,
        "source": SOURCE,
        "period_from": extract.period_from.isoformat(),
        "period_to": extract.period_to.isoformat(),
        "row_count": len(rows),
        "rows": rows,
    }
    given = record.given
    county = _county(rng, given.get("region_code"))
    section = given.get("industry_section") or section_of(record.name)
    amount = loan_amount(yearly_sales_fen(document, extract.business_date), LOAN_SHARE_PERCENT)
    if "amount_yuan" in given:
        amount = Money.of_yuan(given["amount_yuan"])
    party, synthetic = _party(rng, record, seed, index, county, extract.business_date)
    return Applicant(
        applicant_id=record.firm_id,
        persona=PERSONA,
        persona_name=PERSONA_NAME,
        party=party,
        synthetic_fields=synthetic,
        industry_section=section,
        region_code=party.region_code,
        established_on=_established(rng, given, rows, extract),
        amount=amount,
        term_months=int(given.get("term_months", TERM_MONTHS)),
        repayment_method=given.get("repayment_method") or rng.choice(METHODS),
        purpose=given.get("purpose") or purpose(rng, section),
        invoices=document,
    )


def section_of(name: str) -> str:
    """Guess the GB/T 4754 section from a firm's name; small firms without a hint trade."""
    for section, words in SECTION_WORDS:
        if any(word in name for word in words.split()):
            return section
    return LIKELIEST_SECTION


def kind_of(name: str) -> CustomerKind:
    """A name without 公司 that sounds like a shop is a sole proprietor's."""
    if "公司" not in name and any(word in name for word in SOLE_WORDS):
        return "sole_proprietor"
    return "firm"


def _party(
    rng: Random, record: FirmRecord, seed: str, index: int, county: str, as_of: date
) -> tuple[Party, tuple[str, ...]]:
    given = record.given
    kind = cast("CustomerKind", given.get("kind") or kind_of(record.name))
    who = identity(rng, seed=seed, index=index, county=county, kind=kind, as_of=as_of)
    name, made_up = _full_name(rng, record.name, short_city(county))
    made = {field: getattr(who, field) for field in PARTY_FIELDS if field != "name"}
    known = {field: given[field] for field in made if field in given}
    party = Party(
        kind=kind,
        name=name,
        region_code=given.get("region_code") or prefecture_of(county),
        **(made | known),
    )
    synthetic = [field for field in PARTY_FIELDS if field not in known and field != "name"]
    return party, tuple(["name", *synthetic] if made_up else synthetic)


def _full_name(rng: Random, name: str, city: str) -> tuple[str, bool]:
    """A name that its publisher masked gets an invented trade name and says so."""
    if MASK in name:
        first, *rest = name.split(MASK)
        return f"{first}{city}{trade_name(rng)}{''.join(rest)}{SIMULATED}", True
    if name.startswith("个体经营"):
        return f"{city}{trade_name(rng)}{name}{SIMULATED}", True
    return name, False


def _county(rng: Random, region_code: str | None) -> str:
    """A county of the firm's prefecture, or any."""
    counties = [code for code in COUNTIES if region_code and code[:4] == region_code[:4]]
    return rng.choice(counties or list(COUNTIES))


def _established(rng: Random, given: Any, rows: list[dict[str, Any]], extract: Extract) -> date:
    if "established_on" in given:
        return date.fromisoformat(iso_date(given["established_on"]))
    earliest = min((row["issued_on"] for row in rows), default=extract.period_from.isoformat())
    return date.fromisoformat(earliest) - timedelta(days=rng.randrange(60, 3_000))
