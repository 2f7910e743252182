"""The counterparty network of real invoices as one report: figures, findings, signals a firm."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from infra.graph_picture import Line
from risk.domain.graph.common_partners import (
    HUB_FIRMS,
    LINK_PPM,
    MIN_SHARED,
    Projection,
    common_partners,
)
from risk.domain.graph.trade import (
    SIMILAR_BPS,
    WINDOW_DAYS,
    Invoices,
    SeenTwice,
    Trade,
    TradeCircle,
    seen_twice,
)

Report = dict[str, Any]
SEED = 2020
LIMITS = (
    "counterparties are codes; sellers and buyers have different codes, and so have the two "
    "populations: a code says nothing outside its own file",
    "a circle is visible only between firms of the sample, through invoices that both booked",
    "firms with the same books but other codes show that codes of some firms are not stable",
)


def trade_report(invoices: Invoices) -> Report:
    """Everything that the invoices show."""
    twice = seen_twice(invoices)
    copies = {one.firms[1] for one in twice.same_books}
    real, chance = _projections(invoices, copies)
    return {
        "invoices": len(invoices),
        "void": int((~invoices.valid).sum()),
        "firms": len(invoices.firms),
        "first_day": date.fromordinal(int(invoices.day.min())).isoformat(),
        "last_day": date.fromordinal(int(invoices.day.max())).isoformat(),
        "codes": _codes(invoices),
        "same_books": [asdict(one) for one in twice.same_books],
        "both_sides": _both_sides(twice),
        "circles": [_circle(one) for one in twice.circles],
        "shared_partners": _shared(real, chance),
        "firm_signals": _signals(invoices, twice, real),
        "limits": LIMITS,
    }


def lines_of(report: Report) -> set[Line]:
    """The report's network for a picture: a circle hides its trades, a trade a likeness."""
    circles = {
        frozenset(pair)
        for one in report["circles"]
        for pair in zip(one["firms"], (*one["firms"][1:], one["firms"][0]), strict=True)
    }
    trades = {frozenset((one["seller"], one["buyer"])) for one in report["both_sides"]["pairs"]}
    alike = {frozenset(one["firms"]) for one in report["shared_partners"]["pairs"]}
    kinds = (("circle", circles), ("trade", trades - circles), ("alike", alike - trades - circles))
    return {Line(min(pair), max(pair), kind) for kind, pairs in kinds for pair in pairs}


def _projections(invoices: Invoices, copies: set[str]) -> tuple[Projection, Projection]:
    """Over valid invoices and without copies, which would be everybody's closest relative.

    The second has the partners of each code space dealt out anew: what chance alone would show.
    """
    copied = np.array([name in copies for name in invoices.firms])
    kept = invoices.valid & ~copied[invoices.firm]
    width = len(invoices.partners)
    pairs = np.unique(invoices.firm[kept] * width + invoices.partner[kept])
    firm, partner = pairs // width, pairs % width
    spaces = np.array([name[:1] for name in invoices.partners])[partner]
    dealt, random = partner.copy(), np.random.default_rng(SEED)
    for space in np.unique(spaces):
        here = np.flatnonzero(spaces == space)
        dealt[here] = random.permutation(partner[here])
    real = common_partners(invoices.firms, firm, partner)
    return real, common_partners(invoices.firms, firm, dealt)


def _codes(invoices: Invoices) -> Report:
    """The code spaces by their first letter, and how many codes are used in both directions."""
    both = np.intersect1d(invoices.partner[invoices.outward], invoices.partner[~invoices.outward])
    spaces = Counter(name[:1] for name in invoices.partners)
    return {
        "by_space": dict(sorted(spaces.items())),
        "both_buyer_and_seller": len(both),
    }


def _both_sides(twice: SeenTwice) -> Report:
    return {
        "trades": len(twice.trades),
        "firms": len({name for one in twice.trades for name in (one.seller, one.buyer)}),
        "invoices": sum(one.invoices for one in twice.trades),
        "amount_fen": sum(one.amount_fen for one in twice.trades),
        "valid_here_void_there": sum(one.disagreed for one in twice.trades),
        "self_trading_firms": len(twice.self_trades),
        "self_invoices": sum(one.invoices for one in twice.self_trades),
        "pairs": [_trade(one) for one in sorted(twice.trades, key=lambda one: -one.invoices)],
    }


def _trade(one: Trade) -> Report:
    return {
        "seller": one.seller,
        "buyer": one.buyer,
        "invoices": one.invoices,
        "amount_fen": one.amount_fen,
        "valid_here_void_there": one.disagreed,
    }


def _circle(one: TradeCircle) -> Report:
    return {
        **asdict(one),
        "close_and_even": one.suspicious,
        "window_days": WINDOW_DAYS,
        "even_from_bps": SIMILAR_BPS,
    }


def _shared(projection: Projection, chance: Projection) -> Report:
    sizes = Counter(map(len, projection.components))
    return {
        "partners": projection.partners,
        "of_two_firms_or_more": projection.shared_partners,
        "hubs": projection.hubs,
        "hub_above_firms": HUB_FIRMS,
        "firms_of_the_widest": projection.widest,
        "link_from_ppm": LINK_PPM,
        "link_from_shared": MIN_SHARED,
        "links": len(projection.links),
        "links_by_chance": len(chance.links),
        "pairs": [asdict(one) for one in projection.links],
        "components_by_size": {str(size): sizes[size] for size in sorted(sizes, reverse=True)},
    }


def _signals(invoices: Invoices, twice: SeenTwice, projection: Projection) -> list[Report]:
    """One line a firm; a firm without any signal has none."""
    found: dict[str, Report] = defaultdict(dict)
    for name, signal, value in (*_twice_signals(twice), *_alike_signals(projection)):
        found[name].setdefault(signal, value)
    order = {name: place for place, name in enumerate(invoices.firms)}
    return [{"firm": name, **found[name]} for name in sorted(found, key=order.__getitem__)]


def _twice_signals(twice: SeenTwice) -> Iterator[tuple[str, str, Any]]:
    for books in twice.same_books:
        yield books.firms[0], "same_books_as", books.firms[1]
        yield books.firms[1], "same_books_as", books.firms[0]
    for own in twice.self_trades:
        yield own.seller, "self_invoices", own.invoices
    trading = Counter(name for one in twice.trades for name in (one.seller, one.buyer))
    for name, count in trading.items():
        yield name, "sample_partners", count
    circles = Counter(name for one in twice.circles for name in one.firms)
    close = Counter(name for one in twice.circles if one.suspicious for name in one.firms)
    for name, count in circles.items():
        yield name, "circles", count
        yield name, "close_and_even_circles", close[name]


def _alike_signals(projection: Projection) -> Iterator[tuple[str, str, Any]]:
    """The links come strongest first, so that the first one about a firm stays."""
    for link in projection.links:
        yield link.firms[0], "most_alike_ppm", link.likeness_ppm
        yield link.firms[1], "most_alike_ppm", link.likeness_ppm
    for component in projection.components:
        for name in component:
            yield name, "component_size", len(component)
