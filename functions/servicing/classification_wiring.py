"""Composition root of classification, for its API and for end of day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.clock import BusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from servicing.adapters.booked_debtors import BookedDebtors
from servicing.adapters.classification_rows import CLASSIFICATION_ROWS
from servicing.adapters.dynamo_classifications import DynamoClassifications
from servicing.adapters.dynamo_fund_uses import DynamoFundTraces
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.dynamo_watches import DynamoWatches
from servicing.adapters.rows import ROWS
from servicing.adapters.tier_model import AskedTierModel
from servicing.adapters.watched_signals import WatchedSignals
from servicing.calendar_wiring import business_calendar
from servicing.classification_ports import Classifications, Debtors
from servicing.models_wiring import model_answers
from servicing.settings import AskingSettings
from servicing.usecases.approve_classification import ApproveClassification
from servicing.usecases.classify_debtor import ClassifyDebtor
from servicing.usecases.confirm_classification import ConfirmClassification


@dataclass(frozen=True, kw_only=True)
class Classifying:
    """What is done about the tiers of debtors."""

    calendar: BusinessCalendar
    debtors: Debtors
    classifications: Classifications
    classify: ClassifyDebtor
    confirm: ConfirmClassification
    approve: ApproveClassification


@cache
def classifying() -> Classifying:
    """Build everything once per process."""
    settings = AskingSettings.from_env()
    bind_table(settings.table_name, *ROWS, *CLASSIFICATION_ROWS)
    clock = SystemClock()
    calendar = business_calendar(settings, clock)
    kept, books = DynamoClassifications(clock), DynamoLoanBooks(clock)
    debtors = BookedDebtors(books, books)
    signals = WatchedSignals(DynamoWatches(), DynamoWarnings(clock), DynamoFundTraces())
    model = AskedTierModel(model_answers(settings.answer_model_arn))
    return Classifying(
        calendar=calendar,
        debtors=debtors,
        classifications=kept,
        classify=ClassifyDebtor(debtors, signals, model, kept, clock),
        confirm=ConfirmClassification(kept, clock, calendar),
        approve=ApproveClassification(kept, clock, calendar),
    )
