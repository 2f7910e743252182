"""What the benchmark's documents are made of: days, months, names, amounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

Row = dict[str, Any]
DAYS_PER_YEAR: Final = 365
PLACES: Final = ("合肥", "阜阳", "六安", "芜湖", "蚌埠", "宣城", "安庆", "滁州")
NAMES: Final = ("恒昌", "金叶", "瑞丰", "众诚", "徽江", "天禾", "永兴", "德源", "国泰", "新茂")
TRADES: Final = ("商贸", "建材", "农资", "物流", "机电", "食品", "纺织", "包装")
BANKS: Final = ("工商银行", "建设银行", "农业银行", "徽商银行", "招商银行", "微众银行")


def firm(number: int) -> str:
    """The name of a firm, a different one for each number."""
    place = PLACES[number % len(PLACES)]
    name = NAMES[number // 8 % len(NAMES)]
    trade = TRADES[number // 80 % len(TRADES)]
    return f"{place}{name}{number:04d}号{trade}有限公司"


def a_firm(random: Random, many: int, *, first: int = 0) -> str:
    """One of many firms; a few of them do most of the business, as they do in life."""
    return firm(first + min(int(random.paretovariate(0.6)) - 1, 20 * many) % many)


def a_day(random: Random, as_of: date, days: int) -> date:
    """A day of the so many before `as_of`."""
    return as_of - timedelta(days=1 + random.randrange(days))


def days_before(random: Random, as_of: date, days: int, count: int) -> list[date]:
    """So many days in order."""
    return sorted(a_day(random, as_of, days) for _ in range(count))


def month(as_of: date, back: int) -> str:
    """The month so many before that of `as_of`."""
    return first_of_month(as_of, back).isoformat()[:7]


def first_of_month(as_of: date, back: int) -> date:
    """The first day of the month so many before that of `as_of`."""
    index = as_of.year * 12 + as_of.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def an_amount(random: Random, middle_fen: int) -> int:
    """An amount in 分 around a middle, most below it and some far above; now and then round."""
    amount = max(int(middle_fen * random.lognormvariate(0, 1)), 1)
    return max(amount // 1_000_000, 1) * 1_000_000 if random.random() < 0.08 else amount


def one_of(random: Random, weights: dict[str, int]) -> str:
    """A code by its weight."""
    return random.choices(list(weights), list(weights.values()))[0]


def code(random: Random, letter: str, many: int) -> str:
    """One of many codes of a kind."""
    return f"{letter}{random.randrange(many):04d}"


def number(random: Random, digits: int) -> str:
    """So many random digits."""
    return f"{random.randrange(10**digits):0{digits}d}"


def maybe(random: Random, chance: float, value: Any) -> Any:
    """The value, or nothing."""
    return value if random.random() < chance else None


def each(kinds: Sequence[str], months: int) -> list[tuple[str, int]]:
    """Every kind in every month, from the oldest month to the last full one."""
    return [(kind, back) for back in range(months, 0, -1) for kind in kinds]
