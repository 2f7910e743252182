"""The tier of each loan of a debtor (五级分类) by 商业银行金融资产风险分类办法 of 2023.

First every loan for itself, then across the debtor's loans, at last how much of an impaired loan
is expected to be lost. Every rule says the least bad tier that it allows; the worst counts. No
collateral makes a tier better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from risk.domain.models.answer import ModelReason
from risk.domain.models.five_tier_facts import (
    PPM,
    TIER_NAMES,
    Inputs,
    Loan,
    Parameters,
    Tier,
    is_non_performing,
    worse,
)
from risk.domain.models.whole_months import full_months

Ground = tuple[Tier, ModelReason]
"""The tier that a rule demands at least, and why."""


def grounds_of(inputs: Inputs, parameters: Parameters) -> Mapping[str, Sequence[Ground]]:
    """All grounds of each loan by its id, those across loans included."""
    found = {
        one.loan_id: [*_of_loan(one, inputs, parameters), *_of_debtor(inputs, parameters)]
        for one in inputs.loans
    }
    if not inputs.retail:
        across = list(_across(inputs, parameters, found))
        for grounds in found.values():
            if not is_non_performing(tier_of(grounds)):
                grounds.extend(across)
    return found


def tier_of(grounds: Sequence[Ground]) -> Tier:
    """The worst tier that any ground demands."""
    tier: Tier = "normal"
    for demanded, _ in grounds:
        tier = worse(tier, demanded)
    return tier


def counted_days(loan: Loan, parameters: Parameters) -> int:
    """Overdue days that count: a technical delay of few days is none."""
    technical = loan.overdue_is_technical and loan.overdue_days <= parameters.technical_days
    return 0 if technical else loan.overdue_days


def in_observation(loan: Loan, inputs: Inputs, parameters: Parameters) -> bool:
    """Article 20: from the first due date at least two periods in a row and one year.

    The debtor must also be out of difficulty; what is not known does not end the observation.
    """
    if not loan.restructured:
        return False
    begun, periods = loan.observed_from, loan.observed_periods
    long_enough = begun is not None and (
        full_months(begun, inputs.as_of) >= parameters.observation_months
    )
    paid = periods is not None and periods >= parameters.observation_periods
    return not (long_enough and paid and loan.difficulty_resolved is True)


def facts_are_old(inputs: Inputs, parameters: Parameters) -> bool:
    """Whether bureau and courts were not asked for too long, or never."""
    asked = inputs.outside_facts_on
    return asked is None or (inputs.as_of - asked).days > parameters.outside_facts_max_days


def loss_grounds(expected_loss_ppm: int, parameters: Parameters) -> Iterator[Ground]:
    """An impaired loan of which half or nine tenths are expected to be lost."""
    share = f"预期信用损失占账面余额{expected_loss_ppm // 10_000}%"
    if expected_loss_ppm >= parameters.certain_loss_ppm:
        yield _ground("loss", "EXPECTED_LOSS_CERTAIN", share)
    elif expected_loss_ppm >= parameters.doubtful_loss_ppm:
        yield _ground("doubtful", "EXPECTED_LOSS_HALF", share)


def _ground(tier: Tier, code: str, text: str) -> Ground:
    return tier, ModelReason(code, f"{text}，至少归为{TIER_NAMES[tier]}类")


def _of_loan(loan: Loan, inputs: Inputs, parameters: Parameters) -> Iterator[Ground]:
    yield from _overdue(loan, parameters)
    if loan.credit_impaired:
        yield _ground("substandard", "CREDIT_IMPAIRED", "已发生信用减值")
    if loan.conceded:
        yield _ground("doubtful", "CONCEDED", "已减让本金或利息")
    if loan.refinanced and not loan.refinanced_as_qualified_renewal:
        yield _ground("attention", "REFINANCED", "借新还旧或以其他债务融资偿还")
    if loan.use_changed is not False:
        text = "资金用途未核实" if loan.use_changed is None else "擅自改变资金用途"
        yield _ground("attention", "USE_CHANGED", text)
    if loan.adverse_factors is not False:
        unknown = loan.adverse_factors is None
        text = "风险预警未核实" if unknown else "存在影响偿还的不利因素"
        yield _ground("attention", "ADVERSE_FACTORS", text)
    if loan.restructured_again:
        yield _ground("substandard", "RESTRUCTURED_AGAIN", "观察期内再次重组")
    if in_observation(loan, inputs, parameters):
        yield _ground("attention", "IN_OBSERVATION", "重组资产处于观察期")
    if is_non_performing(loan.tier_before) and not _may_rise(loan, parameters):
        yield _ground("substandard", "UPGRADE_NOT_EARNED", "原为不良，尚未满足上调条件")


def _overdue(loan: Loan, parameters: Parameters) -> Iterator[Ground]:
    """Any day is 关注; more than 90, 270 and 360 are 次级, 可疑 and 损失."""
    days = counted_days(loan, parameters)
    text = f"逾期{days}天"
    if days > parameters.loss_after_days:
        yield _ground("loss", "OVERDUE", text)
    elif days > parameters.doubtful_after_days:
        yield _ground("doubtful", "OVERDUE", text)
    elif days > parameters.substandard_after_days:
        yield _ground("substandard", "OVERDUE", text)
    elif days > 0:
        yield _ground("attention", "OVERDUE", text)


def _may_rise(loan: Loan, parameters: Parameters) -> bool:
    """Arrears cleared, paid for two periods and six months since, and able to keep paying."""
    months, periods = loan.paid_up_months, loan.paid_up_periods
    paid = months is not None and months >= parameters.upgrade_months
    paid = paid and periods is not None and periods >= parameters.upgrade_periods
    return paid and loan.overdue_days == 0 and loan.will_keep_paying is True


def _of_debtor(inputs: Inputs, parameters: Parameters) -> Iterator[Ground]:
    if inputs.in_liquidation:
        yield _ground("loss", "IN_LIQUIDATION", "债务人已进入破产清算")
    if inputs.evades_debt:
        yield _ground("doubtful", "EVADES_DEBT", "债务人逃废银行债务")
    if inputs.dishonest:
        yield _ground("substandard", "DISHONEST", "债务人失信或被申请破产")
    if inputs.rating_collapsed:
        yield _ground("substandard", "RATING_COLLAPSED", "外部评级大幅下调")
    if facts_are_old(inputs, parameters):
        yield _ground("attention", "OUTSIDE_FACTS_OLD", "征信与司法信息未按期更新")
    if inputs.retail:
        return
    if inputs.npa_elsewhere:
        yield _ground("attention", "NPA_ELSEWHERE", "在其他银行的债务出现不良")
    if inputs.overdue_90_everywhere_ppm > parameters.everywhere_share_ppm:
        yield _ground("substandard", "OVERDUE_EVERYWHERE", "在所有银行逾期90天以上债务占比过高")


def _across(
    inputs: Inputs, parameters: Parameters, found: Mapping[str, Sequence[Ground]]
) -> Iterator[Ground]:
    """Article 7: more than a tenth of a debtor's debt here non-performing makes all of it so."""
    bad = sum(
        one.balance_fen for one in inputs.loans if is_non_performing(tier_of(found[one.loan_id]))
    )
    whole = sum(one.balance_fen for one in inputs.loans)
    if bad * PPM > whole * parameters.cross_share_ppm:
        yield _ground("substandard", "CROSS_DEFAULT", "本行债权超过规定比例为不良")
    elif bad > 0:
        yield _ground("attention", "OTHER_LOAN_NPA", "在本行的其他债务为不良")
