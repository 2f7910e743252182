"""What an application tells about relations: from the sealed party and from its documents."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.fact_schemas import PRODUCTS
from risk.domain.facts import Fact
from risk.domain.graph.graph import Caps
from risk.domain.graph.learned import (
    DEVICE,
    FIELDS_TOLD,
    MAX_LEARNED,
    REGISTRATION,
    KnownParty,
    Learned,
    learned_from,
)
from risk.domain.indicators.values import State
from tests.support.risk import AS_OF
from tests.support.risk_applications import (
    OWNER,
    a_party,
    a_register,
    a_related_firm,
    a_shareholder,
    devices,
    facts_of,
    firm_code,
    person_code,
)

FIRM, PERSON = firm_code(1), person_code(1)


def learned(party: KnownParty | None = None, *documents: Any) -> Learned:
    found = learned_from(party or a_party(), facts_of(*documents), AS_OF)
    assert found is not None
    return found


def told(found: Learned, *kinds: str) -> set[tuple[str, str, int | None]]:
    return {
        (one.source.value, one.target.value, one.share_bps)
        for one in found.relations
        if one.kind in kinds
    }


def test_the_party_itself_tells_its_keys_and_its_legal_person() -> None:
    found = learned()

    assert [(one.kind, one.target.kind) for one in found.relations] == [
        ("address", "address"),
        ("legal_person", "firm"),
        ("payee", "payee"),
        ("phone", "phone"),
    ]
    assert told(found, "legal_person") == {(PERSON, FIRM, None)}
    assert found.keys_not_known == ("address", "device")


def test_every_source_that_tells_no_key_is_named() -> None:
    silent = a_party(phone=None, address=" ", payout_account=None)
    register = a_register(address="合肥市1号")

    assert learned(silent).keys_not_known == ("phone", "address", "address", "device", "payee")
    assert learned(a_party(), register, devices("d")).keys_not_known == ()
    assert learned(a_party(kind="person")).keys_not_known == ("device",)


def test_a_person_is_its_own_subject_and_has_no_register() -> None:
    party = a_party(kind="person", uscc=None)

    found = learned(party, a_register([a_shareholder()], address="合肥市别处"))

    assert (found.subject.kind, found.subject.value) == ("person", PERSON)
    assert {one.kind for one in found.relations} == {"phone", "address", "payee"}
    assert len(found.relations) == 3


@pytest.mark.parametrize("code", [None, "91340100MA2ABCD1XX", ""])
def test_who_has_no_code_is_nobody(code: str | None) -> None:
    assert learned_from(a_party(uscc=code), [], AS_OF) is None


def test_the_register_tells_owners_holdings_branches_and_posts() -> None:
    register = a_register(
        [a_shareholder(), a_shareholder("合肥投资公司", "firm", share_bps=4_000)],
        [
            a_related_firm(2, "affiliate", name="合肥投资公司"),
            a_related_firm(3),
            a_related_firm(4, "branch", share_bps=None),
            a_related_firm(5, "legal_person_post", share_bps=None),
        ],
        uscc=FIRM,
        address="合肥市庐阳区2号",
    )

    found = learned(None, register)

    assert told(found, "ownership") == {
        (PERSON, FIRM, 6_000),
        (firm_code(2), FIRM, 4_000),
        (FIRM, firm_code(3), 3_000),
    }
    assert told(found, "controller") == {(FIRM, firm_code(4), None)}
    assert told(found, "legal_person") == {(PERSON, FIRM, None), (PERSON, firm_code(5), None)}
    assert len(told(found, "address")) == 2


@pytest.mark.parametrize(
    "register",
    [
        a_register([a_shareholder("李四")]),
        a_register([a_shareholder(), a_shareholder()]),
        a_register([a_shareholder("合肥投资公司", "firm")]),
        a_register(
            [a_shareholder("合肥投资公司", "firm")],
            [a_related_firm(n, "affiliate", name="合肥投资公司") for n in (2, 3)],
        ),
        a_register([a_shareholder()], uscc=firm_code(9)),
    ],
    ids=["another name", "two of a name", "no code", "two codes of a name", "another firm's"],
)
def test_a_name_alone_is_nobody(register: Any) -> None:
    assert told(learned(None, register), "ownership") == set()


def test_a_related_firm_with_a_bad_code_is_left_out() -> None:
    found = learned(None, a_register([], [a_related_firm(2, uscc="91340100MA2ABCD1XX")]))

    assert told(found, "ownership") == set()


def test_devices_are_those_on_which_somebody_signed_in() -> None:
    document = devices(
        "d-own",
        ("d-registered", "register"),
        ("d-neighbour", "apply"),
        {"device": "d-staff", "staff": True},
    )

    found = learned(None, document)

    assert {target for _, target, _ in told(found, "device")} == {"d-own", "d-registered"}


def test_the_only_device_is_the_applicants_even_without_a_login() -> None:
    assert len(told(learned(None, devices(("d", "apply"))), "device")) == 1
    assert told(learned(None, devices(("d", "apply"), ("e", "apply"))), "device") == set()


def test_a_document_that_is_not_ok_tells_nothing() -> None:
    register = a_register(uscc=FIRM, address="合肥市1号")
    facts = [Fact(product=DEVICE, state=State.STALE), *facts_of(register)]

    found = learned_from(a_party(), facts, AS_OF)

    assert found is not None
    assert found.keys_not_known == ("device",)


def test_one_value_in_two_spellings_is_one_key() -> None:
    found = learned(a_party(phone="+86 138 0013 0001", address=" 合肥市 1 号"), a_register(
        address="合肥市1号"
    ))  # fmt: skip

    assert told(found, "phone") == {(FIRM, "13800130001", None)}
    assert len(told(found, "address")) == 1


def test_of_two_shares_the_gravest_counts() -> None:
    firms = [a_related_firm(2, share_bps=share) for share in (1_000, None, 9_000)]

    assert told(learned(None, a_register([], firms)), "ownership") == {(FIRM, firm_code(2), None)}


@given(investments=st.integers(0, 400), posts=st.integers(0, 400))
@settings(max_examples=20, deadline=None)
def test_leaving_out_leaves_a_hub(investments: int, posts: int) -> None:
    network = [a_related_firm(10 + n) for n in range(investments)]
    network += [a_related_firm(1_000 + n, "legal_person_post") for n in range(posts)]

    found = learned(None, a_register([], network))

    everything = 4 + investments + posts
    assert len(found.relations) == min(everything, MAX_LEARNED)
    if everything > MAX_LEARNED:
        at_firm = {n.value for one in found.relations for n in (one.source, one.target)
                   if FIRM in (one.source.value, one.target.value)}  # fmt: skip
        at_person = Counter(one.source.value for one in found.relations)[PERSON]
        assert max(len(at_firm) - 1, at_person) > Caps().max_degree


@given(order=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_and_documents_does_not_matter(order: random.Random) -> None:
    owners = [a_shareholder(), a_shareholder("乙", "firm"), a_shareholder("丙", "firm")]
    network = [
        a_related_firm(2, "affiliate", name="乙"),
        a_related_firm(3, name="丙"),
        a_related_firm(3, name="丙", share_bps=None),
        a_related_firm(4, "legal_person_post"),
    ]
    used = ["d-1", "d-2", ("d-3", "apply")]
    straight = learned(None, a_register(owners, network), devices(*used))
    for rows in (owners, network, used):
        order.shuffle(rows)

    shuffled = learned(None, devices(*used), a_register(owners, network))

    assert shuffled == straight


def test_nothing_of_the_party_is_in_its_representation() -> None:
    party = a_party()

    shown = repr(party) + repr(learned(party, a_register([a_shareholder(OWNER)])))

    assert [v for v in (FIRM, PERSON, party.phone, party.address, OWNER) if str(v) in shown] == []


def test_the_fields_that_are_read_exist() -> None:
    for product, tables in FIELDS_TOLD.items():
        for table, names in tables.items():
            assert names <= set(PRODUCTS[product].tables[table].fields)
    assert {DEVICE, REGISTRATION} == set(FIELDS_TOLD)
