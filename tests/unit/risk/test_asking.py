"""A question over the API: what comes inside is kept and referred to, who asks travels sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from puhui.clock import FixedBusinessCalendar
from puhui.contracts.risk import DecisionRequest
from puhui.errors import Forbidden, NotFound, PuhuiError, Unprocessable
from puhui.identity import Principal
from puhui.tenancy import BankId
from risk.domain.asking import MAX_INLINE_BYTES, AskedSubject, InlineDocument
from risk.domain.decision import Decision, decision_id_of
from risk.usecases.ask_decision import AskDecision, AskDecisionCommand
from tests.support.api import a_principal
from tests.support.risk import AS_OF, a_document, a_healthy_firm, a_reference, a_request, decided
from tests.support.risk_desk_fakes import CountingSeals, InMemoryInlineDocuments

ANSWER = decided(a_document(a_healthy_firm()))
INVOICES = InlineDocument(product="invoice/1", body=b'{"rows":[]}')
SUBJECT = AskedSubject(kind="firm", name="安徽鼎盛商贸有限公司")
UNDERWRITER = a_principal("underwriter")


YESTERDAY = AS_OF - timedelta(days=1)


class FixedPastPolicies:
    """`risk.asking_ports.PastPolicies` of a bank that withdrew what decided on these days."""

    def __init__(self, *withdrawn: date) -> None:
        self.withdrawn = withdrawn

    def is_withdrawn(self, bank_id: BankId, day: date, today: date) -> bool:
        return bank_id == "north" and day in self.withdrawn and today == AS_OF


class Asked:
    """What was asked of the decision."""

    def __init__(self, *withdrawn: date) -> None:
        self.requests: list[DecisionRequest] = []
        self.documents = InMemoryInlineDocuments()
        self.ask = AskDecision(
            self.documents,
            CountingSeals(),
            FixedPastPolicies(*withdrawn),
            self._decide,
            FixedBusinessCalendar(AS_OF),
        )

    def _decide(self, request: DecisionRequest) -> Decision:
        self.requests.append(request)
        return ANSWER

    def __call__(
        self,
        *documents: InlineDocument,
        who: Principal = UNDERWRITER,
        subject: AskedSubject = SUBJECT,
        facts: Sequence[Any] = (),
        **changes: Any,
    ) -> DecisionRequest:
        command = AskDecisionCommand(
            request=a_request(facts, **changes), documents=documents, subject=subject
        )
        self.ask(who, command)
        return self.requests[-1]


def refused(*documents: InlineDocument, **changes: Any) -> PuhuiError:
    with pytest.raises(PuhuiError) as error:
        Asked()(*documents, **changes)
    return error.value


def test_a_document_inside_is_kept_first_and_referred_to() -> None:
    asked = Asked()

    (fact,) = asked(INVOICES).facts

    assert asked.documents.kept[str(fact.key)] == INVOICES.body


def test_documents_inside_and_by_reference_come_together() -> None:
    tax = InlineDocument(product="tax/1", body=b"{}")

    facts = Asked()(tax, facts=[a_reference(b"x")]).facts

    assert [fact.product for fact in facts] == ["invoice/1", "tax/1"]


def test_who_asks_travels_sealed_and_the_same_subject_is_the_same_question() -> None:
    asked = Asked()

    first, second = asked(subject=SUBJECT), asked(subject=SUBJECT)

    assert first.party_sealed != second.party_sealed
    assert decision_id_of(first) == decision_id_of(second)


def test_another_subject_is_another_question() -> None:
    asked = Asked()
    other = AskedSubject(kind="firm", name="另一家公司")

    ids = {decision_id_of(asked(subject=one)) for one in (SUBJECT, other)}

    assert len(ids) == 2


def test_a_request_without_subject_hashes_as_it_always_did() -> None:
    asked = a_request().model_dump(mode="json", exclude={"correlation_id"})

    assert not {"party_sealed", "subject_index"} & set(asked)


@pytest.mark.parametrize(
    ("documents", "rule"),
    [
        ([InlineDocument(product="nothing/1", body=b"{}")], "document.product"),
        (
            [InlineDocument(product="invoice/1", body=b"x" * (MAX_INLINE_BYTES + 1))],
            "document.size",
        ),
        ([INVOICES, INVOICES], "document.twice"),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused_before_anything_is_kept(
    documents: list[InlineDocument], rule: str
) -> None:
    error = refused(*documents)

    assert (error.rule, type(error).status) == (rule, 422)


def test_a_product_inside_and_by_reference_is_ambiguous() -> None:
    assert refused(INVOICES, facts=[a_reference(b"x")]).rule == "document.twice"


def test_a_document_of_the_largest_size_is_taken() -> None:
    whole = InlineDocument(product="invoice/1", body=b"x" * MAX_INLINE_BYTES)

    assert len(Asked()(whole).facts) == 1


def test_nobody_asks_about_tomorrow() -> None:
    error = refused(as_of=AS_OF + timedelta(days=1))

    assert (type(error), error.rule) == (Unprocessable, "as_of.future")


def test_only_risk_managers_choose_a_past_day() -> None:
    assert isinstance(refused(as_of=YESTERDAY), Forbidden)
    assert Asked()(who=a_principal("risk_manager"), as_of=YESTERDAY).as_of == YESTERDAY


@pytest.mark.parametrize("role", ["risk_manager", "admin"])
def test_nobody_decides_by_a_policy_that_was_withdrawn_since(role: str) -> None:
    asked = Asked(YESTERDAY)

    with pytest.raises(Unprocessable) as error:
        asked(INVOICES, who=a_principal(role), as_of=YESTERDAY)

    assert (error.value.field, error.value.rule) == ("as_of", "as_of.policy_withdrawn")
    assert (asked.requests, asked.documents.kept) == ([], {})


def test_a_past_day_of_a_policy_that_stands_is_still_asked_about() -> None:
    earlier = YESTERDAY - timedelta(days=1)

    assert Asked(YESTERDAY)(who=a_principal("admin"), as_of=earlier).as_of == earlier


def test_another_bank_or_branch_is_not_asked_about() -> None:
    assert isinstance(refused(who=a_principal("underwriter", bank="south")), NotFound)
    assert isinstance(refused(who=a_principal("underwriter", branch="fuyang")), NotFound)
