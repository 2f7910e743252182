"""Names of simulated people and firms, put together from parts; a few use rare characters."""

from __future__ import annotations

from random import Random

SIMULATED = "（模拟）"
"""Every simulated firm carries this in its name, so that no paper can be mistaken for real."""

SURNAMES: tuple[str, ...] = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余",
    *("欧阳", "司马", "诸葛", "尉迟"),
)
GIVEN = "伟芳娜敏静强磊洋艳勇军杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕建国志文海峰云飞小春雪松柏"
RARE_GIVEN = "堃喆犇赟翀彧龑燚㛃䶮𬍛"
"""Characters that people really have in their names and that fonts and forms often lack."""
RARE_SHARE_PERCENT = 6

TRADE_FIRST = "恒瑞鑫隆泰昌裕丰盛达祥和信德宏源华皖徽淮"
TRADE_SECOND = "业兴旺发通顺利安康元亨博远诚汇嘉聚腾翔"

SECTION_WORDS: dict[str, tuple[str, ...]] = {
    "A": ("生态农业", "种植", "茶叶", "水产养殖"),
    "C": ("机械制造", "塑料制品", "纺织", "食品", "电子元件", "板材"),
    "E": ("建筑劳务", "装饰工程", "园林绿化工程"),
    "F": ("建材", "商贸", "五金机电", "农副产品", "日用百货", "医疗器械"),
    "G": ("物流", "运输"),
    "H": ("餐饮管理", "酒店管理"),
    "I": ("信息技术", "网络科技"),
    "L": ("广告传媒", "人力资源"),
    "M": ("工程设计", "检测技术"),
    "O": ("家政服务", "汽车维修"),
}
"""What firms of each GB/T 4754 section call their trade."""

PURPOSES: dict[str, tuple[str, ...]] = {
    "A": ("采购种苗和肥料", "支付农机作业费"),
    "C": ("采购原材料", "支付加工费"),
    "E": ("采购工程材料", "支付工程劳务费"),
}
ANY_PURPOSE = ("采购货物周转", "补充日常经营流动资金", "支付供应商货款")


def person_name(rng: Random) -> str:
    """A person's name; about one in twenty has a rare character."""
    surname = rng.choice(SURNAMES)
    if rng.randrange(100) < RARE_SHARE_PERCENT:
        return surname + rng.choice(RARE_GIVEN)
    length = rng.choice((1, 2, 2, 2))
    return surname + "".join(rng.choice(GIVEN) for _ in range(length))


def trade_name(rng: Random) -> str:
    """The two characters by which a firm is known (字号)."""
    return rng.choice(TRADE_FIRST) + rng.choice(TRADE_SECOND)


def firm_name(rng: Random, city: str, section: str, kind: str) -> str:
    """City, trade name, trade and legal form, and that it is simulated."""
    trade = rng.choice(SECTION_WORDS[section])
    form = "有限公司" if kind == "firm" else "经营部"
    return f"{city}{trade_name(rng)}{trade}{form}{SIMULATED}"


def purpose(rng: Random, section: str) -> str:
    """What the money is for (贷款用途)."""
    return rng.choice(PURPOSES.get(section, ANY_PURPOSE))
