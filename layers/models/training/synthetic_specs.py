"""The nine models that no public data can train: inputs with their argued direction, and targets.

`+` before an input: more of it is riskier; `-`: less of it is riskier. Every input has a direction
that a credit officer would defend, because it is also what a missing value is judged by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Kind = Literal["scorecard", "trees"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One model: who it is for, what it predicts, from what."""

    id: str
    catalogue_id: str
    name_zh: str
    name_en: str
    stage: str
    segments: str
    """Letters of the catalogue: E 小微企业, S 个体与小微企业主, F 农户, C 个人消费, T 科创."""
    kind: Kind
    cohort: str
    target: str
    bad_definition: str
    thin: bool | None = None
    """Only people without a credit account (True), only others (False), all (None)."""
    inputs: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs without their signs, in the order of the artefact."""
        return tuple(one[1:] for one in self.inputs)

    @property
    def signs(self) -> tuple[int, ...]:
        """1: more is riskier; -1: less is riskier."""
        return tuple(1 if one[0] == "+" else -1 for one in self.inputs)


def _inputs(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SPECS: Final = (
    Spec(
        id="application_fraud_score",
        catalogue_id="M04",
        name_zh="申请反欺诈评分",
        name_en="Application fraud score",
        stage="pre_loan",
        segments="SFC",
        kind="trees",
        cohort="applicants",
        target="fraud",
        bad_definition="fraud confirmed, or the first instalment never paid",
        inputs=_inputs("""
            +own.dev.acct_per_dev.all.d30.cnt +own.dev.acct_per_dev.all.d90.cnt
            +own.dev.app_per_grid.all.d30.cnt +own.dev.app_per_grid.all.d90.cnt
            +own.dev.app_per_ip.all.d90.cnt
            -own.dev.form.fill_time.now.value +own.dev.form.paste.now.value
            -own.dev.number_age.all.now.value
            -own.dev.check.face.now.value -own.dev.check.three_factor.now.value
            -own.dev.check.bank_card.now.value -own.dev.check.name_id.now.value
            +own.mul.id.all.d15.cnt_org +own.mul.id.all.l1m.cnt_org +own.mul.id.all.l3m.cnt_org
            +own.mul.id.nbank.l3m.cnt +own.mul.id.night.l3m.cnt
            +own.bur.queries.all.l3m.cnt_org
        """),
    ),
    Spec(
        id="broker_detection",
        catalogue_id="M06",
        name_zh="中介代办识别模型",
        name_en="Broker detection",
        stage="pre_loan",
        segments="SFC",
        kind="trees",
        cohort="applicants",
        target="broker",
        bad_definition="a call back or a later case shows that a broker filled in the application",
        inputs=_inputs("""
            +own.dev.acct_per_dev.all.d7.cnt +own.dev.acct_per_dev.all.d30.cnt
            +own.dev.acct_per_dev.all.d90.cnt
            +own.dev.app_per_grid.all.d7.cnt +own.dev.app_per_grid.all.d30.cnt
            +own.dev.app_per_grid.all.d90.cnt +own.dev.app_per_ip.all.d90.cnt
            -own.dev.form.fill_time.now.value -own.dev.form.fill_time.now.vs_median
            -own.dev.form.edits.now.value +own.dev.form.paste.now.value
            +own.mul.id.all.l1m.cnt_org +own.mul.id.all.l3m.cnt_org
            +own.bur.queries.all.l3m.cnt_org
        """),
    ),
    Spec(
        id="owner_application_score",
        catalogue_id="M09",
        name_zh="个体工商户与小微企业主评分卡",
        name_en="Application score of business owners",
        stage="pre_loan",
        segments="S",
        kind="scorecard",
        cohort="applicants",
        target="bad_12m",
        thin=False,
        bad_definition="30 days or more past due within 12 months of the observation day",
        inputs=_inputs("""
            +own.bur.overdue.m1p.l12m.cnt_month +own.bur.overdue.m1p.l24m.cnt_acct
            +own.bur.queries.all.l12m.cnt_org +own.bur.queries.loan.l24m.cnt
            +own.bur.liability.biz.now.use_rate
            +own.mul.id.all.l3m.cnt_org +own.mul.id.all.l12m.cnt +own.mul.id.nbank.l12m.cnt
            +ent.bnk.in.biz.l12m.cv -ent.bnk.in.biz.l6m.avg_m +ent.bnk.loan_repayment.all.l6m.rate
            +own.ssf.contribution.social.l12m.break_month
            -own.rel.deposit.demand.l6m.min_bal -own.rel.deposit.demand.l6m.change
            -own.rel.customer_age.all.now.value -own.rel.has_term.all.now.value
        """),
    ),
    Spec(
        id="farmer_credit_rating",
        catalogue_id="M10",
        name_zh="农户信用评级模型",
        name_en="Credit rating of farmers",
        stage="pre_loan",
        segments="F",
        kind="scorecard",
        cohort="applicants",
        target="bad_12m",
        bad_definition="30 days or more past due within 12 months of the observation day",
        inputs=_inputs("""
            -hh.agr.household_score.all.now.value +hh.agr.village_grade.all.now.value
            -hh.agr.land.operated.now.area -hh.agr.labour_rate.all.now.value
            -hh.agr.cooperative_member.all.now.value -hh.agr.premium.all.l12m.sum
            -hh.agr.ndvi.all.l3m.anomaly
            -own.rel.deposit.demand.l6m.avg_bal -own.rel.deposit.demand.l6m.min_bal
            -own.rel.customer_age.all.now.value -own.rel.has_term.all.now.value
            -own.rel.has_wealth.all.now.value
            +own.bur.overdue.m1p.l24m.cnt_month +own.bur.queries.all.l12m.cnt_org
        """),
    ),
    Spec(
        id="thin_file_score",
        catalogue_id="M11",
        name_zh="信用白户评分模型",
        name_en="Score of people without a credit history",
        stage="pre_loan",
        segments="SFC",
        kind="trees",
        cohort="applicants",
        target="bad_12m",
        thin=True,
        bad_definition="30 days or more past due within 12 months of the observation day",
        inputs=_inputs("""
            +ent.utl.arrears.power.l3m.sum -ent.utl.usage.power.l12m.yoy +ent.utl.stop.all.l12m.days
            -own.ssf.contribution.social.l12m.paid_month
            +own.ssf.contribution.social.l24m.break_month
            +ent.bnk.in.all.l12m.cv -ent.bnk.in.all.l6m.avg_m
            +ent.bnk.loan_repayment.all.l6m.rate
            -hh.agr.household_score.all.now.value +hh.agr.village_grade.all.now.value
            -own.dev.number_age.all.now.value +own.dev.acct_per_dev.all.d90.cnt
            +own.dev.form.paste.now.value
            -own.rel.deposit.demand.l6m.avg_bal -own.rel.deposit.demand.l6m.min_bal
            -own.rel.deposit.demand.l6m.change -own.rel.customer_age.all.now.value
            -own.rel.has_term.all.now.value
        """),
    ),
    Spec(
        id="tech_enterprise_score",
        catalogue_id="M13",
        name_zh="科创企业评价模型",
        name_en="Score of technology firms",
        stage="pre_loan",
        segments="T",
        kind="scorecard",
        cohort="tech_firms",
        target="bad_12m",
        bad_definition="30 days or more past due within 12 months of the observation day",
        inputs=_inputs("""
            -tech.invention_patents -tech.other_patents -tech.software_rights -tech.rd_expense_bps
            -tech.rd_staff_percent +tech.qualification_level -tech.core_team_years
            +tech.core_leavers_l12m -tech.grants_l24m +tech.rights_in_dispute
            -ent.reg.high_tech.all.now.value -ent.reg.age.all.now.value
            -ent.tax.vat_sales.all.l12m.yoy -ent.tax.vat_sales.all.l12m.avg_m
            +ent.tax.late_filing.all.l24m.cnt +ent.tax.credit_grade.all.now.value
            +ent.tax.debt_rate.all.now.value -ent.ssf.insured.all.l12m.change
        """),
    ),
    Spec(
        id="behaviour_score",
        catalogue_id="M22",
        name_zh="贷后行为评分卡",
        name_en="Behaviour score",
        stage="post_loan",
        segments="ESFCT",
        kind="scorecard",
        cohort="borrowers",
        target="bad_60_6m",
        bad_definition="60 days or more past due at the end of one of the next 6 months",
        inputs=_inputs("""
            +own.rel.repay.all.l3m.max_dpd +own.rel.repay.all.l6m.max_dpd
            +own.rel.repay.all.l6m.cnt_dpd -own.rel.repay.all.l6m.on_time_rate
            +own.rel.repay.all.l3m.util_avg
            -own.rel.deposit.demand.l3m.min_bal -own.rel.deposit.demand.l3m.change
            -own.rel.deposit.demand.l6m.change -own.rel.has_term.all.now.value
            +ent.bnk.in.all.l6m.cv -ent.bnk.in.all.l3m.avg_m +ent.bnk.loan_repayment.all.l3m.rate
            +own.bur.overdue.m1p.l6m.cnt_month +own.bur.current_overdue.all.now.cnt_acct
            +own.bur.queries.all.l6m.cnt_org +own.bur.liability.biz.now.use_rate
        """),
    ),
    Spec(
        id="early_warning_trees",
        catalogue_id="M24",
        name_zh="风险预警模型",
        name_en="Early warning: the scored part",
        stage="post_loan",
        segments="ESFCT",
        kind="trees",
        cohort="borrowers",
        target="distress_6m",
        bad_definition="60 days past due, business given up, or enforcement within 6 months",
        inputs=_inputs("""
            +own.rel.repay.all.l3m.max_dpd +own.rel.repay.all.l6m.cnt_dpd
            -own.rel.repay.all.l6m.on_time_rate +own.rel.repay.all.l3m.util_avg
            -own.rel.deposit.demand.l3m.change -own.rel.deposit.demand.l6m.change
            -own.rel.deposit.demand.l3m.min_bal
            +ent.bnk.in.all.l3m.cv +ent.bnk.in.all.l6m.cv +ent.bnk.loan_repayment.all.l3m.rate
            +own.bur.queries.all.l3m.cnt_org +own.bur.overdue.m1p.l3m.cnt_acct
            +own.mul.id.all.l1m.cnt_org +own.mul.id.all.l3m.cnt
            -ent.utl.usage.power.l12m.yoy +ent.utl.arrears.power.l3m.sum
            +own.ssf.contribution.social.l6m.break_month -ent.ssf.insured.all.l6m.change
            +ent.jud.case.defendant.l12m.cnt
        """),
    ),
    Spec(
        id="collection_score",
        catalogue_id="M28",
        name_zh="催收评分模型",
        name_en="Collection score",
        stage="post_loan",
        segments="ESFCT",
        kind="scorecard",
        cohort="late_borrowers",
        target="not_cured_30d",
        bad_definition="still overdue 30 days after the observation day",
        inputs=_inputs("""
            +case.days_past_due +case.open_instalments +case.earlier_episodes
            +case.days_since_last_payment -case.answered_percent +case.promises_broken
            -case.promises_kept -case.own_phone_reached
            -own.rel.repay.all.l12m.on_time_rate -own.rel.deposit.demand.l3m.min_bal
            -own.rel.deposit.demand.l3m.change -ent.bnk.in.all.l3m.avg_m +ent.bnk.in.all.l6m.cv
            +own.bur.overdue.m1p.l6m.cnt_month +own.bur.current_overdue.all.now.cnt_acct
            +own.mul.id.all.l3m.cnt_org
        """),
    ),
)

SPECS: Final[Mapping[str, Spec]] = MappingProxyType({one.id: one for one in _SPECS})
