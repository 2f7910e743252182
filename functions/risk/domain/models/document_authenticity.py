"""M07 材料真伪与流水可信模型: whether bank statements are what a bank has printed.

Seven checks measure a share in parts per million each. Above its alarm a check is an anomaly and
adds to the suspicion: its weight times how far the measure has come from alarm to full. All sums
are exact integers. What is not known counts as what does not fit. A text check of other documents
is another model's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.statement_balances import (
    Counted,
    InterestRule,
    breaks,
    interest_misfits,
    periods_of,
)
from risk.domain.models.statement_patterns import (
    benford_mad_ppm,
    copied_rows,
    loop_rows,
    rest_day_rows,
    round_rows,
)
from risk.domain.models.statement_rows import Columns, Row, Statement, columns_of, exact_sum

__all__ = [
    "Anomaly",
    "Answer",
    "Bounds",
    "Inputs",
    "Lines",
    "Parameters",
    "Row",
    "Statement",
    "answer",
    "judged",
]

Level = Literal["credible", "doubtful", "not_credible"]
PPM: Final = 1_000_000
NAMES: Final = {
    "BALANCE_BREAKS": "余额不连续",
    "INTEREST_MISFITS": "结息不合理",
    "BENFORD": "金额首位数字偏离本福特分布",
    "ROUND_NUMBERS": "整数金额占比过高",
    "LOOP_FLOWS": "同一对手短期内相近金额进出",
    "COPIED_ROWS": "重复流水",
    "REST_DAYS": "节假日经营流水占比过高",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The statements of one customer and all their lines."""

    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """The same with the lines as columns already, by account, day and sequence."""

    statements: tuple[Statement, ...]
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From where on a check counts, where it counts whole, and how much."""

    alarm_ppm: int
    full_ppm: int
    weight_ppm: int

    def severity_ppm(self, measure_ppm: int) -> int:
        """How far the measure has come from alarm to full."""
        above = max(measure_ppm - self.alarm_ppm, 0)
        return min(above * PPM // (self.full_ppm - self.alarm_ppm), PPM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The bounds of every check and what they look at."""

    balance_breaks: Bounds
    interest_misfits: Bounds
    benford: Bounds
    round_numbers: Bounds
    loop_flows: Bounds
    copied_rows: Bounds
    rest_days: Bounds
    interest_days: tuple[int, ...]
    """Days of a quarter's last month on which interest is credited, the settlement day first."""
    interest_least_ppm: int
    interest_most_ppm: int
    benford_min_rows: int
    round_unit_fen: int
    loop_days: int
    loop_similar_ppm: int
    loop_min_fen: int
    holidays: tuple[date, ...]
    working_days: tuple[date, ...]
    """Weekend days that are worked."""
    min_rows: int
    min_days: int
    """From the first line to the last; what is shorter proves little."""
    doubtful_from_ppm: int
    not_credible_from_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """A check above its alarm."""

    code: str
    count: int | None
    """Lines or quarters that do not fit; None where the measure is no count."""
    measure_ppm: int
    severity_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The level, the suspicion, and the anomalies that make it."""

    level: Level
    suspicion_ppm: int
    """0: nothing found; 1,000,000: every check whole."""
    anomalies: tuple[Anomaly, ...]
    not_tested: tuple[str, ...]
    """Checks that so few lines do not allow."""
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Measure, weigh and add up; too short a statement is never credible."""
    lines = Lines(statements=inputs.statements, columns=columns_of(inputs.rows))
    return judged(lines, parameters)


def judged(lines: Lines, parameters: Parameters) -> Answer:
    """The same answer of columns, which a decision has and nobody has to write down as rows."""
    _check(parameters)
    columns = lines.columns
    if len(columns) == 0:
        return Answer(
            level="not_credible",
            suspicion_ppm=PPM,
            anomalies=(),
            not_tested=tuple(NAMES),
            reasons=(ModelReason("NO_ROWS", "没有流水明细，不可信"),),
        )
    measures = _measures(lines, parameters)
    bounds = _bounds(parameters)
    anomalies, suspicion = [], 0
    for code, (measure, count) in measures.items():
        severity = bounds[code].severity_ppm(measure)
        suspicion += bounds[code].weight_ppm * severity // PPM
        if measure > bounds[code].alarm_ppm:
            anomalies.append(
                Anomaly(code=code, count=count, measure_ppm=measure, severity_ppm=severity)
            )
    short = _too_short(columns, parameters)
    told = [_told(one) for one in anomalies] + short
    return Answer(
        level=_level(suspicion, bool(short), parameters),
        suspicion_ppm=suspicion,
        anomalies=tuple(anomalies),
        not_tested=tuple(code for code in NAMES if code not in measures),
        reasons=tuple(told) or (ModelReason("CREDIBLE", "流水未见异常"),),
    )


def _measures(lines: Lines, parameters: Parameters) -> dict[str, tuple[int, int | None]]:
    """Every check's share and count; without enough lines there is no Benford."""
    columns, periods = lines.columns, periods_of(lines.statements)
    rule = InterestRule(
        parameters.interest_days, parameters.interest_least_ppm, parameters.interest_most_ppm
    )
    loops = loop_rows(
        columns,
        days=parameters.loop_days,
        similar_ppm=parameters.loop_similar_ppm,
        least_fen=parameters.loop_min_fen,
    )
    looped = Counted(exact_sum(columns.amount[loops]), exact_sum(columns.amount)).ppm
    rest = rest_day_rows(columns, parameters.holidays, parameters.working_days)
    counted = {
        "BALANCE_BREAKS": breaks(columns, periods),
        "INTEREST_MISFITS": interest_misfits(columns, periods, rule),
        "ROUND_NUMBERS": Counted(round_rows(columns, parameters.round_unit_fen), len(columns)),
        "COPIED_ROWS": Counted(copied_rows(columns), len(columns)),
        "REST_DAYS": Counted(rest, len(columns)),
    }
    found: dict[str, tuple[int, int | None]] = {
        code: (one.ppm, one.bad) for code, one in counted.items()
    }
    found["LOOP_FLOWS"] = looped, int(loops.sum())
    mad = benford_mad_ppm(columns, parameters.benford_min_rows)
    if mad is not None:
        found["BENFORD"] = mad, None
    return {code: found[code] for code in NAMES if code in found}


def _bounds(parameters: Parameters) -> dict[str, Bounds]:
    return {code: getattr(parameters, code.lower()) for code in NAMES}


def _check(parameters: Parameters) -> None:
    bounds = _bounds(parameters)
    for code, one in bounds.items():
        require(0 <= one.alarm_ppm < one.full_ppm, code, "must have its alarm below full")
    whole = sum(one.weight_ppm for one in bounds.values())
    require(whole == PPM, "weight_ppm", "must sum to 1000000")
    require(bool(parameters.interest_days), "interest_days", "must not be empty")
    require(parameters.round_unit_fen > 0, "round_unit_fen", "must be positive")


def _too_short(columns: Columns, parameters: Parameters) -> list[ModelReason]:
    days = int(columns.day.max() - columns.day.min()) + 1
    told = []
    if len(columns) < parameters.min_rows:
        told.append(ModelReason("FEW_ROWS", f"流水仅{len(columns)}笔，不足以判断"))
    if days < parameters.min_days:
        told.append(ModelReason("SHORT_PERIOD", f"流水仅覆盖{days}天，不足以判断"))
    return told


def _level(suspicion_ppm: int, short: bool, parameters: Parameters) -> Level:
    if suspicion_ppm >= parameters.not_credible_from_ppm:
        return "not_credible"
    return "doubtful" if short or suspicion_ppm >= parameters.doubtful_from_ppm else "credible"


def _told(anomaly: Anomaly) -> ModelReason:
    percent = f"{anomaly.measure_ppm // 10_000}.{anomaly.measure_ppm // 100 % 100:02}%"
    count = "" if anomaly.count is None else f"{anomaly.count}处，"
    return ModelReason(anomaly.code, f"{NAMES[anomaly.code]}（{count}{percent}）")
