"""GB/T 4754-2017 industries (国民经济行业分类): 20 sections and their divisions.

is_known("C")            # True
section_of("3311")       # "C": class 3311 lies in division 33, manufacturing
name_of("F")             # "批发和零售业"
"""

from __future__ import annotations

SECTIONS: dict[str, str] = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}

FIRST_DIVISION: dict[str, int] = {
    "A": 1,
    "B": 6,
    "C": 13,
    "D": 44,
    "E": 47,
    "F": 51,
    "G": 53,
    "H": 61,
    "I": 63,
    "J": 66,
    "K": 70,
    "L": 71,
    "M": 73,
    "N": 76,
    "O": 80,
    "P": 83,
    "Q": 84,
    "R": 86,
    "S": 91,
    "T": 97,
}
"""Where each section's two-digit divisions begin ✎; each ends where the next begins."""
LAST_DIVISION = 97


def is_known(section: str) -> bool:
    """Whether this is a section's letter."""
    return section in SECTIONS


def name_of(section: str) -> str:
    """The Chinese name of a section."""
    return SECTIONS[section]


def section_of(code: str) -> str | None:
    """The section of a division, group or class (2 to 4 digits), or None if there is none."""
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4):
        return None
    division = int(code[:2])
    if not 1 <= division <= LAST_DIVISION:
        return None
    return max(
        (section for section, first in FIRST_DIVISION.items() if first <= division),
        key=FIRST_DIVISION.__getitem__,
    )
