"""Whom a connector's test cases mean by `known` and `unknown`: nobody who exists.

A provider that keeps test subjects of its own gets them written out in its connector's cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from extdata.domain.subject import Subject

TEST_SUBJECTS: Final[Mapping[str, Subject]] = {
    "known": Subject(
        kind="firm",
        name="联调测试用示例商贸有限公司",
        uscc="91340100MA2N000008",
        id_number="11010519491231002X",
        phone="13800138000",
        person_name="测试",
        account="6217000000000000001",
        address="安徽省合肥市蜀山区测试路一号",
        region_code="340104",
    ),
    "unknown": Subject(
        kind="firm",
        name="联调测试用查无此户有限公司",
        uscc="91340100MA2N000008",
        id_number="11010519491231002X",
        phone="13900139000",
        person_name="查无",
        account="6217000000000000002",
        address="安徽省合肥市蜀山区测试路二号",
        region_code="340104",
    ),
}
