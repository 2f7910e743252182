"""M24 风险预警模型: what has changed since approval, domain by domain, as 黄, 橙 or 红.

Each signal is measured against three bounds; the gravest warning, or several domains at once, make
the colour, and every colour makes a task that is due within four hours. The probability of a
trained model and the severity of a text are signals among the others (rule ∪ model).

During an outage the caller passes the last known value. None is for what was never obtained: it
counts as grave as the signal can be, so that nothing left out makes the colour lighter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from risk.domain.models.answer import ModelReason, require

Colour = Literal["none", "yellow", "orange", "red"]
ORDER: Final[tuple[Colour, ...]] = ("none", "yellow", "orange", "red")
COLOUR_NAMES: Final = {"none": "无", "yellow": "黄", "orange": "橙", "red": "红"}
PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """From which value on a signal is yellow, orange, red; None: it never is."""

    yellow: int | None = None
    orange: int | None = None
    red: int | None = None

    def colour(self, value: int) -> Colour:
        """The gravest bound that the value reaches."""
        reached: Colour = "none"
        for colour, bound in self.bounds():
            if bound is not None and value >= bound:
                reached = colour
        return reached

    def gravest(self) -> Colour:
        """The worst that the signal can be."""
        return max((one for one, bound in self.bounds() if bound is not None), key=ORDER.index)

    def bounds(self) -> tuple[tuple[Colour, int | None], ...]:
        """The three bounds, the lightest first."""
        return ("yellow", self.yellow), ("orange", self.orange), ("red", self.red)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is so now compared with the day of approval."""

    overdue_days: int
    """Of the loan, by the bank's own ledger."""
    sales_change_ppm: int | None = None
    """Sales of the last three months against those before approval; −300000 is 30 % less."""
    red_letter_ppm: int | None = None
    """Red-letter invoices by amount, of all of the last three months."""
    silent_months: int | None = None
    """Months without an invoice since approval."""
    new_case_count: int | None = None
    """Cases as defendant filed since approval."""
    new_execution_count: int | None = None
    """被执行 since approval."""
    dishonest: bool | None = None
    bankruptcy: bool | None = None
    new_loan_count: int | None = None
    """Loans from other lenders since approval."""
    debt_change_ppm: int | None = None
    """Debts of all lenders against those at approval."""
    overdue_elsewhere: bool | None = None
    tax_arrears_fen: int | None = None
    tax_grade_fall_count: int | None = None
    """Grades by which the tax credit has fallen."""
    address_changed: bool | None = None
    legal_person_changed: bool | None = None
    not_active: bool | None = None
    """Revoked, cancelled or moved out."""
    abnormal_operation: bool | None = None
    inflow_change_ppm: int | None = None
    """Money coming in at this bank's account, against before approval."""
    text_severity_ppm: int | None = None
    """The gravest text about the customer, by the text model; 0: read and nothing found."""
    probability_ppm: int | None = None
    """What the trained model answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The bounds of every signal, how domains add up, and when the task is due."""

    overdue_days: Steps
    sales_fall_ppm: Steps
    red_letter_ppm: Steps
    silent_months: Steps
    new_case_count: Steps
    new_execution_count: Steps
    dishonest: Steps
    bankruptcy: Steps
    new_loan_count: Steps
    debt_rise_ppm: Steps
    overdue_elsewhere: Steps
    tax_arrears_fen: Steps
    tax_grade_fall_count: Steps
    address_changed: Steps
    legal_person_changed: Steps
    not_active: Steps
    abnormal_operation: Steps
    inflow_fall_ppm: Steps
    text_severity_ppm: Steps
    probability_ppm: Steps
    orange_from_domains: int
    """So many domains with a warning make orange."""
    red_from_domains: int
    """So many domains with an orange warning make red."""
    task_due_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyWarning:
    """One signal that has reached a bound, with its evidence."""

    domain: str
    code: str
    colour: Colour
    value: int | None
    bound: int | None
    """The bound that it reaches; None with a value that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The colour, the task, and every warning, the gravest first."""

    colour: Colour
    colour_name: str
    task_due_seconds: int | None
    """Within how many seconds the task is due; None without a colour."""
    warnings: tuple[EarlyWarning, ...]
    reasons: tuple[ModelReason, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A field of the inputs, the bounds it is measured against, and how people call it."""

    domain: str
    name: str
    field: str
    steps: str
    unit: str = ""
    falls: bool = False
    """The bound is on how far it has fallen."""


SIGNALS: Final = (
    Signal("REL", "本行贷款逾期", "overdue_days", "overdue_days", "天"),
    Signal("INV", "开票销售额下降", "sales_change_ppm", "sales_fall_ppm", "ppm", falls=True),
    Signal("INV", "红字发票金额占比", "red_letter_ppm", "red_letter_ppm", "ppm"),
    Signal("INV", "批后断票月数", "silent_months", "silent_months", "个月"),
    Signal("JUD", "批后新增被告案件", "new_case_count", "new_case_count", "件"),
    Signal("JUD", "批后新增被执行", "new_execution_count", "new_execution_count", "件"),
    Signal("JUD", "成为失信被执行人", "dishonest", "dishonest"),
    Signal("JUD", "进入破产程序", "bankruptcy", "bankruptcy"),
    Signal("BUR", "批后他行新增贷款", "new_loan_count", "new_loan_count", "笔"),
    Signal("BUR", "总负债上升", "debt_change_ppm", "debt_rise_ppm", "ppm"),
    Signal("BUR", "他行贷款逾期", "overdue_elsewhere", "overdue_elsewhere"),
    Signal("TAX", "欠税金额", "tax_arrears_fen", "tax_arrears_fen", "分"),
    Signal("TAX", "纳税信用级别下降", "tax_grade_fall_count", "tax_grade_fall_count", "级"),
    Signal("REG", "住所变更", "address_changed", "address_changed"),
    Signal("REG", "法定代表人变更", "legal_person_changed", "legal_person_changed"),
    Signal("REG", "登记状态不再存续", "not_active", "not_active"),
    Signal("REG", "列入经营异常名录", "abnormal_operation", "abnormal_operation"),
    Signal("BNK", "账户流入下降", "inflow_change_ppm", "inflow_fall_ppm", "ppm", falls=True),
    Signal("TXT", "负面舆情严重度", "text_severity_ppm", "text_severity_ppm", "ppm"),
    Signal("MOD", "模型预警概率", "probability_ppm", "probability_ppm", "ppm"),
)


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Measure every signal; the gravest warning or several domains together make the colour."""
    require(inputs.overdue_days >= 0, "overdue_days", "must not be negative")
    found = [
        (signal, warning)
        for signal in SIGNALS
        if (warning := _warning(signal, inputs, parameters)) is not None
    ]
    found.sort(key=lambda one: -ORDER.index(one[1].colour))
    warnings = tuple(warning for _, warning in found)
    colour = _colour(warnings, parameters)
    told = tuple(_told(signal, warning) for signal, warning in found)
    return Answer(
        colour=colour,
        colour_name=COLOUR_NAMES[colour],
        task_due_seconds=None if colour == "none" else parameters.task_due_seconds,
        warnings=warnings,
        reasons=told or (ModelReason("NO_WARNING", "批后未见不利变化"),),
    )


def _warning(signal: Signal, inputs: Inputs, parameters: Parameters) -> EarlyWarning | None:
    steps: Steps = getattr(parameters, signal.steps)
    require(any(bound is not None for _, bound in steps.bounds()), signal.steps, "has no bound")
    given: int | bool | None = getattr(inputs, signal.field)
    code = signal.field.upper()
    if given is None:
        return _made(signal, f"{code}_UNKNOWN", steps.gravest(), None, None)
    value = -int(given) if signal.falls else int(given)
    colour = steps.colour(value)
    bound = dict(steps.bounds()).get(colour)
    return None if colour == "none" else _made(signal, code, colour, value, bound)


def _made(
    signal: Signal, code: str, colour: Colour, value: int | None, bound: int | None
) -> EarlyWarning:
    return EarlyWarning(domain=signal.domain, code=code, colour=colour, value=value, bound=bound)


def _colour(warnings: tuple[EarlyWarning, ...], parameters: Parameters) -> Colour:
    """The gravest; many domains at once are graver than each of them."""
    gravest = max((one.colour for one in warnings), key=ORDER.index, default=ORDER[0])
    orange = {one.domain for one in warnings if one.colour in ("orange", "red")}
    domains = {one.domain for one in warnings}
    together: Colour = "none"
    if len(orange) >= parameters.red_from_domains:
        together = "red"
    elif len(domains) >= parameters.orange_from_domains:
        together = "orange"
    return max(gravest, together, key=ORDER.index)


def _told(signal: Signal, warning: EarlyWarning) -> ModelReason:
    name = COLOUR_NAMES[warning.colour]
    if warning.value is None:
        return ModelReason(warning.code, f"{signal.name}未知，按最重预警处理（{name}）")
    shown = f"{warning.value}{signal.unit}，达到{warning.bound}{signal.unit}" if signal.unit else ""
    return ModelReason(warning.code, f"{signal.name}{shown}（{name}）")
