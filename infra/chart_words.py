"""Words on charts: Chinese and English where the project's font is there, otherwise English."""

from __future__ import annotations

from typing import Any, Final

from infra.config import ROOT

FONTS: Final = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"


class Words:
    """Labels in both languages where a font has Chinese, otherwise in English."""

    def __init__(self, chinese: bool, *, both: bool = True) -> None:
        """Whether Chinese can be drawn, and whether English stands beside it."""
        self.chinese = chinese
        self.both = both

    def __call__(self, zh: str, en: str) -> str:
        """The label."""
        if not self.chinese:
            return en
        return f"{zh} {en}" if self.both else zh


def use_chinese_font(matplotlib: Any) -> bool:
    """Take the project's own font; without it Chinese would be empty boxes."""
    from matplotlib import font_manager

    found = sorted(FONTS.rglob("*_400Regular.ttf"))
    if not found:
        return False
    font_manager.fontManager.addfont(found[0])
    name = font_manager.FontProperties(fname=found[0]).get_name()
    matplotlib.rcParams["font.family"] = [name, "DejaVu Sans"]
    return True
