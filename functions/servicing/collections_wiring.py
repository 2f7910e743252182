"""Composition root of collections, for their API and for end of day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.clock import BusinessCalendar, Clock, SystemClock
from puhui.dynamodb import bind_table
from servicing.adapters.booked_debtors import BookedDebtors
from servicing.adapters.collection_score import AskedCollectionScore
from servicing.adapters.collections_rows import COLLECTION_ROWS
from servicing.adapters.dynamo_collections import DynamoCollectionFiles
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.dynamo_loans import DynamoLoans
from servicing.adapters.rows import ROWS
from servicing.calendar_wiring import business_calendar
from servicing.classification_ports import Debtors
from servicing.collections_ports import CollectionFiles
from servicing.domain.collections.rules import DEFAULT_RULES, CollectionRules
from servicing.models_wiring import model_answers
from servicing.ports import Loans
from servicing.settings import AskingSettings
from servicing.usecases.name_third_person import NameThirdPerson
from servicing.usecases.record_contact import RecordContact
from servicing.usecases.review_collection import ReviewCollection
from servicing.usecases.stop_collection import StopCollection
from servicing.usecases.take_promise import TakePromise


@dataclass(frozen=True, kw_only=True)
class Collecting:
    """What is done about debtors who are late."""

    clock: Clock
    calendar: BusinessCalendar
    rules: CollectionRules
    loans: Loans
    debtors: Debtors
    files: CollectionFiles
    review: ReviewCollection
    record_contact: RecordContact
    take_promise: TakePromise
    stop: StopCollection
    name_third_person: NameThirdPerson


@cache
def collecting() -> Collecting:
    """Build everything once per process."""
    settings = AskingSettings.from_env()
    bind_table(settings.table_name, *ROWS, *COLLECTION_ROWS)
    clock = SystemClock()
    calendar = business_calendar(settings, clock)
    files, books = DynamoCollectionFiles(clock), DynamoLoanBooks(clock)
    debtors = BookedDebtors(books, books)
    score = AskedCollectionScore(model_answers(settings.answer_model_arn))
    return Collecting(
        clock=clock,
        calendar=calendar,
        rules=DEFAULT_RULES,
        loans=DynamoLoans(clock),
        debtors=debtors,
        files=files,
        review=ReviewCollection(debtors, score, files),
        record_contact=RecordContact(debtors, files, clock, calendar),
        take_promise=TakePromise(debtors, files, calendar),
        stop=StopCollection(files, clock),
        name_third_person=NameThirdPerson(files, clock),
    )
