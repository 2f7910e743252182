"""Sentences of our own, about firms that do not exist: what the tests' tiny text model learns."""

from __future__ import annotations

from typing import Final

BAD: Final = (
    ("晟霖商贸涉嫌非法集资被警方立案", "涉嫌非法集资"),
    ("瀚屿财富非法吸收公众存款案开庭", "涉嫌非法集资"),
    ("禾沐金服以高息为诱饵非法集资", "涉嫌非法集资"),
    ("铭溪机械净利润同比下滑六成", "业绩下滑"),
    ("栩川纺织业绩预亏，由盈转亏", "业绩下滑"),
    ("芮恒食品上半年业绩大幅下滑", "业绩下滑"),
    ("沣岱科技虚增收入，财务造假", "财务造假"),
    ("祺榕股份连续三年财务造假", "财务造假"),
    ("澜晖控股伪造回单虚增利润，财务造假", "财务造假"),
)
GOOD: Final = (
    "骐岳建材新厂房开工",
    "璟穗农业获评纳税信用A级",
    "臻陌物流上半年净利润同比增长",
    "翊棠医药与供应商续签合同",
    "煜汀电子不存在财务造假",
    "晟霖食品未涉及非法集资",
    "瀚屿机械按期归还银行贷款",
    "禾沐纺织增资扩产",
    "铭溪科技举办校园招聘会",
)
TENFOLD: Final = 10
"""Each sentence stands ten times: the temperature is measured on every tenth text."""
