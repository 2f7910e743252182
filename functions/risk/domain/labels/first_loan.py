"""首贷户 and 白户 (rules 3.9): what the bureau and this bank know of loans before this one."""

from __future__ import annotations

from datetime import date
from typing import Final

from risk.domain.labels.evidence import LabelEvidence
from risk.domain.labels.label import UNDETERMINED, Label
from risk.domain.labels.rules import LabelRules

BUREAU: Final = "bureau/1"
AT_THIS_BANK: Final = "loans_here"


def first_loan_anywhere(evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """首贷户: the bureau knows no loan at any bank before this one."""
    loans = evidence.bureau.loans
    known = "征信系统中此前已有贷款记录" if loans else "征信系统中此前无任何机构贷款记录"
    return _label("first_loan_anywhere", rules, day, loans, known, BUREAU)


def first_loan_here(evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """本行首次贷款: this bank has lent nothing to the customer before; another flag than 首贷户."""
    loans = evidence.loans_here
    known = "本行此前已发放贷款" if loans else "本行此前未发放贷款"
    return _label("first_loan_here", rules, day, loans, known, AT_THIS_BANK)


def thin_file(evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """白户: the bureau knows the identity and no credit account."""
    accounts = evidence.bureau.accounts
    known = "征信报告中已有信贷账户" if accounts else "征信报告中无信贷账户"
    return _label("thin_file", rules, day, accounts, known, BUREAU)


def no_file(evidence: LabelEvidence, rules: LabelRules, day: date) -> Label:
    """纯白户: the bureau knows nothing at all."""
    anything = evidence.bureau.anything
    known = "征信报告中已有记录" if anything else "征信报告中无任何记录"
    return _label("no_file", rules, day, anything, known, BUREAU)


def _label(
    label: str, rules: LabelRules, day: date, contradicted: bool | None, known: str, needs: str
) -> Label:
    """A label that holds when something is known not to be there."""
    row = rules.on(label, day)
    return Label(
        label=label,
        name=rules.name(label),
        value=None if contradicted is None else not contradicted,
        clause=UNDETERMINED if contradicted is None else known,
        source=row.source,
        confidence=row.confidence.value,
        evidence={} if contradicted is None else {"found": contradicted},
        missing=(needs,) if contradicted is None else (),
    )
