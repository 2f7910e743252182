"""M23 资金用途监测模型: whether drawn money has gone where it must not.

Lines that go out within a window after the drawdown are flagged each for itself: payees of a
forbidden class, the borrower's own or related accounts, money that comes back, payments split to
stay below entrusted payment, and cash beyond a share. A payee that is not known is unexplained and
counts like a forbidden one for the level. A line is counted once; no sum exceeds the drawdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.fund_flows import (
    Flow,
    Returns,
    Transfer,
    edges_of,
    in_one_spelling,
    just_below,
    plain,
    split_payments,
)
from risk.domain.models.statement_rows import Kind

__all__ = ["Answer", "Flow", "Inputs", "Parameters", "PayeeClass", "Signal", "Transfer", "answer"]

Level = Literal["none", "attention", "misuse"]
PaymentMode = Literal["entrusted", "self"]
PPM: Final = 1_000_000
NAMED: Final[frozenset[Kind]] = frozenset({"business", "wealth", "transfer", "other", "pos"})
"""Kinds of lines whose payee says what the money was for; taxes, wages and fees say it already."""
UNEXPLAINED: Final = "PAYEE_UNKNOWN"
NOT_KNOWN: Final = frozenset({UNEXPLAINED, "RELATED_UNKNOWN"})
TEXTS: Final[Mapping[str, str]] = {
    UNEXPLAINED: "收款人未知，用途无法核实",
    "RELATED_UNKNOWN": "关联方未知，用途无法核实",
    "BACK_TO_BORROWER": "转入借款人本人其他账户",
    "RELATED_PARTY": "转入关联方账户",
    "COMES_BACK": "资金回流借款人或关联方",
    "SPLIT_PAYMENTS": "化整为零规避受托支付",
    "JUST_BELOW": "多笔支付略低于受托支付起点",
    "CASH": "提取现金超过比例",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A drawdown and the lines of the account since then."""

    drawn_on: date
    drawn_fen: int
    payment_mode: PaymentMode | None
    """None counts as self payment, which is watched more."""
    entrusted_from_fen: int
    """From this single payment on the product demands entrusted payment (§3.10)."""
    borrower_names: tuple[str, ...]
    """The borrower; of a firm also its owner."""
    related_names: tuple[str, ...] | None
    """Related parties; empty: looked up and none; None: never looked up."""
    flows: tuple[Flow, ...]
    transfers: tuple[Transfer, ...] = ()
    """Payments between others that this bank can see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeClass:
    """A class of payees that a loan must not pay, and the words that give it away."""

    code: str
    name: str
    words: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    """Words taken out first: a 基金会 is no 基金."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of lines that belong to it whoever is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The classes and bounds."""

    classes: tuple[PayeeClass, ...]
    window_days: int
    """After the drawdown, the day itself included."""
    least_fen: int
    """Smaller lines are not looked at, cash excepted."""
    return_days: int
    return_max_hops: int
    """Steps from the payee back home: 1 is straight back."""
    return_similar_ppm: int
    """A step carries on the payment when it moves at least this share of it."""
    split_days: int
    just_below_ppm: int
    just_below_count: int
    cash_share_ppm: int
    """Of the drawdown; up to it cash is normal."""
    misuse_from_ppm: int
    """Of the drawdown: from this share on it is misuse, below it a case to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One kind of misuse with what it amounts to; a line may give several signals."""

    code: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The level, and how much of the drawdown is misused or unexplained."""

    level: Level
    misuse_fen: int
    unexplained_fen: int
    """Not misuse by any signal, but nobody knows who got it."""
    suspect_ppm: int
    """Both together in parts of the drawdown."""
    signals: tuple[Signal, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Flag the lines, count each once, compare with the drawdown."""
    require(inputs.drawn_fen > 0, "drawn_fen", "must be positive")
    require(inputs.entrusted_from_fen > 0, "entrusted_from_fen", "must be positive")
    require(all(one.amount_fen > 0 for one in inputs.flows), "amount_fen", "must be positive")
    flows = _in_window(inputs, parameters)
    flagged = _flagged(flows, inputs, parameters)
    sure = set().union(*(places for code, places in flagged.items() if code not in NOT_KNOWN))
    unknown = set().union(*(places for code, places in flagged.items() if code in NOT_KNOWN))
    misuse = min(_sum(flows, sure), inputs.drawn_fen)
    unexplained = min(_sum(flows, unknown - sure), inputs.drawn_fen - misuse)
    suspect = -(-(misuse + unexplained) * PPM // inputs.drawn_fen)
    names = {**TEXTS} | {one.code: f"流向{one.name}" for one in parameters.classes}
    signals = tuple(
        Signal(code=code, count=len(places), amount_fen=_sum(flows, places))
        for code, places in flagged.items()
        if places
    )
    return Answer(
        level=_level(suspect, parameters),
        misuse_fen=misuse,
        unexplained_fen=unexplained,
        suspect_ppm=suspect,
        signals=signals,
        reasons=tuple(_told(one, names) for one in signals)
        or (ModelReason("AS_AGREED", "未见资金用途异常"),),
    )


def _level(suspect_ppm: int, parameters: Parameters) -> Level:
    if suspect_ppm >= parameters.misuse_from_ppm:
        return "misuse"
    return "attention" if suspect_ppm > 0 else "none"


def _in_window(inputs: Inputs, parameters: Parameters) -> list[Flow]:
    """The lines that may move drawn money, by what they say and not by their order."""
    last = inputs.drawn_on + timedelta(days=parameters.window_days)
    return sorted(
        (in_one_spelling(one) for one in inputs.flows if inputs.drawn_on <= one.booked_on <= last),
        key=lambda one: (one.booked_on, one.amount_fen, one.payee or "", one.kind, one.purpose),
    )


def _flagged(flows: list[Flow], inputs: Inputs, parameters: Parameters) -> dict[str, set[int]]:
    """The places of the lines that each signal flags."""
    looked_at = [
        place
        for place, one in enumerate(flows)
        if not one.incoming and one.kind in NAMED and one.amount_fen >= parameters.least_fen
    ]
    found = _by_class(flows, inputs, parameters)
    own = _names(inputs.borrower_names)
    related = _names(inputs.related_names or ())
    payees = {place: flows[place].payee for place in looked_at}
    found[UNEXPLAINED] = {place for place, payee in payees.items() if payee is None}
    if inputs.related_names is None:
        found["RELATED_UNKNOWN"] = set(looked_at)
    found["BACK_TO_BORROWER"] = {place for place, payee in payees.items() if payee in own}
    found["RELATED_PARTY"] = {place for place, payee in payees.items() if payee in related - own}
    returns = Returns.over(
        edges_of(flows, inputs.transfers),
        own | related,
        max_hops=parameters.return_max_hops,
        days=parameters.return_days,
        similar_ppm=parameters.return_similar_ppm,
    )
    found["COMES_BACK"] = {place for place in looked_at if returns.comes_back(flows[place])}
    found |= _splits(flows, looked_at, inputs, parameters)
    found["CASH"] = _cash(flows, inputs, parameters)
    return found


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for one in names if (name := plain(one)) is not None)


def _by_class(flows: list[Flow], inputs: Inputs, parameters: Parameters) -> dict[str, set[int]]:
    """Forbidden payees (§3.10: equity, securities, futures, property, deposits, lending …)."""
    return {
        known.code: {
            place
            for place, one in enumerate(flows)
            if not one.incoming and one.amount_fen >= parameters.least_fen and _is_of(one, known)
        }
        for known in parameters.classes
    }


def _is_of(flow: Flow, known: PayeeClass) -> bool:
    text = f"{flow.payee or ''} {flow.purpose}"
    for word in known.harmless:
        text = text.replace(word, "")
    named = flow.kind in NAMED and any(word in text for word in known.words)
    return named or flow.kind in known.kinds


def _splits(
    flows: list[Flow], looked_at: list[int], inputs: Inputs, parameters: Parameters
) -> dict[str, set[int]]:
    """Only self payments can be split to stay self payments."""
    if inputs.payment_mode == "entrusted":
        return {}
    chosen = [flows[place] for place in looked_at]
    limit = inputs.entrusted_from_fen
    split = split_payments(chosen, threshold_fen=limit, days=parameters.split_days)
    below = just_below(
        chosen,
        threshold_fen=limit,
        band_ppm=parameters.just_below_ppm,
        least_count=parameters.just_below_count,
    )
    return {
        "SPLIT_PAYMENTS": {looked_at[place] for place in split},
        "JUST_BELOW": {looked_at[place] for place in below},
    }


def _cash(flows: list[Flow], inputs: Inputs, parameters: Parameters) -> set[int]:
    """All cash taken when it is more than its share of the drawdown."""
    cash = {place for place, one in enumerate(flows) if not one.incoming and one.kind == "cash"}
    most = inputs.drawn_fen * parameters.cash_share_ppm // PPM
    return cash if _sum(flows, cash) > most else set()


def _sum(flows: list[Flow], places: set[int]) -> int:
    return sum(flows[place].amount_fen for place in places)


def _told(signal: Signal, names: Mapping[str, str]) -> ModelReason:
    yuan = f"{signal.amount_fen // 100:,}.{signal.amount_fen % 100:02}"
    return ModelReason(signal.code, f"{names[signal.code]}：{signal.count}笔，{yuan}元")
