"""The ports of what risk's staff keep: one suite over fakes and table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from puhui.clock import FixedClock
from puhui.dynamodb import FieldCipher, bind_table
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from risk.adapters.dynamo_exceptions import DynamoWaivers
from risk.adapters.dynamo_lists import DynamoListEntries
from risk.adapters.dynamo_policies import DynamoComparisons, DynamoPolicyVersions
from risk.adapters.dynamo_reviews import DynamoReviews
from risk.adapters.rows import ROWS
from risk.adapters.rows_exceptions import WAIVER_ROWS
from risk.adapters.rows_lists import LIST_ROWS
from risk.adapters.rows_policies import POLICY_ROWS
from risk.adapters.rows_reviews import REVIEW_ROWS
from risk.adapters.s3_policy_bodies import S3PolicyBodies
from risk.domain.approval import Act
from risk.domain.errors import (
    ListEntryNotFound,
    PolicyVersionNotFound,
    PolicyVersionTaken,
    WaiverNotFound,
)
from risk.domain.name_lists import EntryStatus
from risk.domain.review import ReviewStatus
from risk.lists_ports import ListEntries
from risk.policy_ports import Comparisons, PolicyVersions, ShadowRun
from risk.review_ports import Reviews
from risk.waiver_ports import WaiverRegister
from tests.component.risk.conftest import RECORDS, TABLE
from tests.support.risk_desk import (
    FIRM_CODE,
    NORTH,
    NOW,
    OWN,
    TODAY,
    a_check,
    a_comparison,
    a_draft,
    a_review,
    a_subject,
    a_waiver,
    an_entry,
    published,
)
from tests.support.risk_desk_fakes import (
    InMemoryComparisons,
    InMemoryListEntries,
    InMemoryPolicyVersions,
    InMemoryReviews,
    InMemoryWaivers,
)

SOUTH = BankId("south")


@dataclass
class Stores:
    """Every port, in memory or on the table."""

    entries: ListEntries
    waivers: WaiverRegister
    policies: PolicyVersions
    comparisons: Comparisons
    reviews: Reviews


def on_table() -> Stores:
    bind_table(TABLE, *ROWS, *LIST_ROWS, *WAIVER_ROWS, *POLICY_ROWS, *REVIEW_ROWS)
    cipher = FieldCipher(boto3.client("kms"), os.environ["DATA_KEY_ARN"])
    return Stores(
        DynamoListEntries(cipher),
        DynamoWaivers(cipher),
        DynamoPolicyVersions(S3PolicyBodies(boto3.client("s3"), RECORDS)),
        DynamoComparisons(FixedClock(NOW)),
        DynamoReviews(cipher),
    )


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(
            InMemoryListEntries(),
            InMemoryWaivers(),
            InMemoryPolicyVersions(),
            InMemoryComparisons(),
            InMemoryReviews(),
        )
        return
    request.getfixturevalue("risk_account")
    yield on_table()


def proposed(**changes: Any) -> Any:
    return an_entry(status=EntryStatus.PROPOSED, approved=None, **changes)


def test_a_kept_entry_is_found_again(stores: Stores) -> None:
    added = stores.entries.add(proposed(code=FIRM_CODE))

    assert (
        stores.entries.get(NORTH, "nle-1") == added == replace(proposed(code=FIRM_CODE), version=1)
    )


def test_a_proposal_is_kept_once(stores: Stores) -> None:
    stores.entries.add(proposed())

    assert stores.entries.add(proposed(reason="另一个原因")).reason == proposed().reason


def test_an_entry_of_another_bank_is_not_found(stores: Stores) -> None:
    stores.entries.add(proposed())

    with pytest.raises(ListEntryNotFound):
        stores.entries.get(SOUTH, "nle-1")
    assert stores.entries.book(SOUTH).entries == {}


def test_a_stale_entry_is_refused(stores: Stores) -> None:
    kept = stores.entries.add(proposed())
    stores.entries.save(kept.approve("checker", NOW))

    with pytest.raises(StaleVersion):
        stores.entries.save(kept.refuse("checker", NOW))


def test_the_book_follows_every_change_that_counts(stores: Stores) -> None:
    seen = []
    entry = stores.entries.add(proposed())
    seen.append(len(stores.entries.book(NORTH).entries))
    entry = stores.entries.save(entry.approve("checker", NOW))
    seen.append(len(stores.entries.book(NORTH).entries))
    entry = stores.entries.save(entry.propose_removal("误报", "maker", NOW))
    seen.append(len(stores.entries.book(NORTH).entries))
    stores.entries.save(entry.approve("checker", NOW))
    seen.append(len(stores.entries.book(NORTH).entries))

    assert seen == [0, 1, 1, 0]


def test_entries_are_listed_by_stage(stores: Stores) -> None:
    stores.entries.add(proposed())
    live = stores.entries.add(proposed(entry_id="nle-2"))
    stores.entries.save(live.approve("checker", NOW))

    assert [one.entry_id for one in stores.entries.with_status(NORTH, EntryStatus.LIVE)] == [
        "nle-2"
    ]


def test_waivers_are_found_by_whom_they_are_for(stores: Stores) -> None:
    for waiver in (
        a_waiver(),
        a_waiver(waiver_id="wvr-2", scope_id="app-2"),
        a_waiver(waiver_id="wvr-3", scope="customer", scope_id="cus-1"),
        a_waiver(waiver_id="wvr-4", scope="bank", scope_id="north"),
    ):
        stores.waivers.add(waiver)

    found = {one.waiver_id for one in stores.waivers.about(NORTH, "app-1", "cus-1")}

    assert found == {"wvr-1", "wvr-3", "wvr-4"}
    assert [one.waiver_id for one in stores.waivers.of_bank(NORTH)] == [
        "wvr-1",
        "wvr-2",
        "wvr-3",
        "wvr-4",
    ]
    assert list(stores.waivers.about(SOUTH, "app-1", "cus-1")) == []


def test_a_name_that_begins_like_another_is_another(stores: Stores) -> None:
    stores.waivers.add(a_waiver(scope_id="app-10"))

    assert list(stores.waivers.about(NORTH, "app-1", "cus-1")) == []


def test_a_waiver_is_changed_at_the_version_that_was_read(stores: Stores) -> None:
    kept = stores.waivers.add(a_waiver())
    again = stores.waivers.add(a_waiver(reason="重复"))

    revoked = stores.waivers.save(kept.revoke("anyone", NOW))

    assert (again, stores.waivers.get(NORTH, "wvr-1")) == (kept, revoked)
    with pytest.raises(StaleVersion):
        stores.waivers.save(kept.revoke("late", NOW))


def test_an_unknown_waiver_is_not_found(stores: Stores) -> None:
    with pytest.raises(WaiverNotFound):
        stores.waivers.get(NORTH, "wvr-9")


def test_a_policy_version_keeps_its_bytes_and_its_stages(stores: Stores) -> None:
    draft = stores.policies.add(a_draft(), OWN)

    checked = stores.policies.save(draft.checked(a_check(draft.sha256)))

    found = stores.policies.get(NORTH, draft.policy_id, draft.version)
    assert (found, stores.policies.body(found)) == (checked, OWN)
    assert list(stores.policies.of_bank(NORTH)) == [checked]
    assert list(stores.policies.of_bank(SOUTH)) == []


def test_a_policy_version_keeps_its_withdrawal(stores: Stores) -> None:
    kept = stores.policies.add(published(), OWN)
    proposed = kept.propose_withdrawal("阈值有误", TODAY, Act("maker", NOW), TODAY)

    withdrawn = stores.policies.save(proposed.approve_withdrawal("checker", NOW, TODAY))

    assert stores.policies.get(NORTH, kept.policy_id, kept.version) == withdrawn


def test_a_version_is_never_replaced(stores: Stores) -> None:
    draft = stores.policies.add(a_draft(), OWN)

    assert stores.policies.add(a_draft(), OWN) == draft
    with pytest.raises(PolicyVersionTaken):
        stores.policies.add(a_draft(sha256="0" * 64), b"other")


def test_an_unknown_version_is_not_found(stores: Stores) -> None:
    with pytest.raises(PolicyVersionNotFound):
        stores.policies.get(NORTH, "p", "1")


def test_one_shadow_runs_until_another_or_none_does(stores: Stores) -> None:
    runs = [ShadowRun(policy_id="p", version=v, since=NOW, by="checker") for v in ("1", "2")]
    seen = [stores.policies.shadow(NORTH)]
    for run in (*runs, None, None):
        stores.policies.set_shadow(NORTH, run)
        seen.append(stores.policies.shadow(NORTH))

    assert seen == [None, *runs, None, None]


def test_a_decision_is_compared_once_and_the_newest_day_comes_first(stores: Stores) -> None:
    older = a_comparison("dec-2", as_of=TODAY - timedelta(days=1))
    for found in (older, a_comparison(), a_comparison(shadow=None, error="KeyError")):
        stores.comparisons.add(NORTH, "p", "1", found)

    assert stores.comparisons.of(NORTH, "p", "1") == ([a_comparison(), older], True)
    assert stores.comparisons.of(NORTH, "p", "2") == ([], True)


def test_a_review_is_kept_once_beside_its_decision(stores: Stores) -> None:
    kept = stores.reviews.add(a_review())

    assert stores.reviews.add(a_review(statement="再次申请")) == kept
    assert (stores.reviews.find(NORTH, "dec-1"), stores.reviews.find(SOUTH, "dec-1")) == (
        kept,
        None,
    )


def test_reviews_are_listed_by_stage_in_the_order_of_their_deadlines(stores: Stores) -> None:
    late = a_review(decision_id="dec-2", review_id="rev-2", due_at=NOW + timedelta(days=1))
    first, second = stores.reviews.add(a_review()), stores.reviews.add(late)
    done = stores.reviews.save(first.decide("upheld", Act("reviewer", NOW), "维持"))

    assert list(stores.reviews.with_status(NORTH, ReviewStatus.OPEN)) == [second]
    assert list(stores.reviews.with_status(NORTH, ReviewStatus.DECIDED)) == [done]


def test_a_stale_review_is_refused(stores: Stores) -> None:
    kept = stores.reviews.add(a_review())
    stores.reviews.save(kept.decide("upheld", Act("reviewer", NOW), None))

    with pytest.raises(StaleVersion):
        stores.reviews.save(kept.decide("changed", Act("other", NOW), None))


def test_a_subject_is_found_in_the_book_of_either_store(stores: Stores) -> None:
    entry = stores.entries.add(proposed())
    stores.entries.save(entry.approve("checker", NOW))

    (hit,) = stores.entries.book(NORTH).hits([a_subject()], TODAY)

    assert (hit.entry_id, hit.counts_as) == ("nle-1", "black")
