"""GB/T 2260 administrative divisions: provinces of China, prefectures of Anhui.

    is_known("340104")                       # True: a county of Hefei
    is_known("341402")                       # False: Chaohu prefecture was abolished in 2011
    is_known("341402", abolished=True)       # True: people and firms keep old codes
    name_of("341200")                        # "安徽省阜阳市"

Counties are not listed: any county number under a known prefecture of Anhui, and any prefecture
and county under another province, is accepted. Provinces are ✔ common knowledge, ten prefectures
of Anhui ◐, the other six and the abolished areas ✎.
"""

from __future__ import annotations

import re

PROVINCES: dict[str, str] = {
    "11": "北京市",
    "12": "天津市",
    "13": "河北省",
    "14": "山西省",
    "15": "内蒙古自治区",
    "21": "辽宁省",
    "22": "吉林省",
    "23": "黑龙江省",
    "31": "上海市",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "43": "湖南省",
    "44": "广东省",
    "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市",
    "51": "四川省",
    "52": "贵州省",
    "53": "云南省",
    "54": "西藏自治区",
    "61": "陕西省",
    "62": "甘肃省",
    "63": "青海省",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省",
    "81": "香港特别行政区",
    "82": "澳门特别行政区",
}
RESIDENCE_PERMITS: dict[str, str] = {"83": "台湾居民居住证"}
"""Prefixes that occur in identity numbers only ✎."""

ANHUI = "34"
ANHUI_PREFECTURES: dict[str, str] = {
    "340100": "合肥市",
    "340200": "芜湖市",
    "340300": "蚌埠市",
    "340400": "淮南市",
    "340500": "马鞍山市",
    "340600": "淮北市",
    "340700": "铜陵市",
    "340800": "安庆市",
    "341000": "黄山市",
    "341100": "滁州市",
    "341200": "阜阳市",
    "341300": "宿州市",
    "341500": "六安市",
    "341600": "亳州市",
    "341700": "池州市",
    "341800": "宣城市",
}
ABOLISHED: dict[str, str] = {
    "341400": "巢湖市（2011年撤销）",
    "342100": "阜阳地区",
    "342200": "宿县地区",
    "342300": "滁县地区",
    "342400": "六安地区",
    "342500": "宣城地区",
    "342600": "巢湖地区",
    "342700": "徽州地区",
    "342800": "安庆地区",
    "342900": "池州地区",
}
"""Anhui's former prefectures; their codes live on in identity numbers and credit codes."""

_SHAPE = re.compile(r"[1-9][0-9]{5}")


def is_known(code: str, *, abolished: bool = False) -> bool:
    """Whether a six-digit code can be a division in force; with `abolished` also a former one."""
    if not _SHAPE.fullmatch(code):
        return False
    province = code[:2]
    if province == ANHUI:
        prefecture = prefecture_of(code)
        in_force = code == "340000" or prefecture in ANHUI_PREFECTURES
        return in_force or (abolished and prefecture in ABOLISHED)
    return province in PROVINCES or (abolished and province in RESIDENCE_PERMITS)


def province_of(code: str) -> str:
    """The code of the province that a division belongs to: `340000`."""
    return f"{code[:2]}0000"


def prefecture_of(code: str) -> str:
    """The code of the prefecture that a division belongs to: `340100`."""
    return f"{code[:4]}00"


def name_of(code: str) -> str:
    """The name of a division as far as it is listed: province, and in Anhui prefecture."""
    province = PROVINCES.get(code[:2], "")
    prefecture = prefecture_of(code)
    return province + (ANHUI_PREFECTURES.get(prefecture) or ABOLISHED.get(prefecture) or "")
