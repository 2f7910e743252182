"""What the reader and the linter may find wrong with a policy, each with a code and a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

ERROR: Final = "error"
WARNING: Final = "warning"
CODES: Final[Mapping[str, tuple[str, str]]] = {
    "NOT_JSON": ("不是有效的JSON", "not JSON"),
    "SCHEMA_UNKNOWN": ("文档版本不受支持", "unknown schema"),
    "FIELD_MISSING": ("缺少必填字段", "a field is missing"),
    "FIELD_UNKNOWN": ("存在未定义字段", "a field is unknown"),
    "FIELD_INVALID": ("字段类型或取值无效", "a field has a wrong type or value"),
    "DATES_INVERTED": ("失效日早于生效日", "valid_to is before valid_from"),
    "GRADES_INVALID": ("等级清单为空或重复", "grades are none or twice"),
    "PRODUCT_UNKNOWN": ("未知数据产品", "unknown fact product"),
    "HIT_POLICY_UNSUPPORTED": (
        "命中策略只支持first与collect",
        "hit policy is not first or collect",
    ),
    "TABLE_EMPTY": ("决策表没有规则行", "a table has no rows"),
    "TABLE_UNKNOWN": ("引用的决策表不存在", "unknown table"),
    "TABLE_UNUSED": ("决策表未被任何节点使用", "a table that no node uses"),
    "ROW_DUPLICATE": ("行标识重复", "a row id twice"),
    "OUTPUT_MISSING": ("缺少输出列或输出值", "an output is missing"),
    "OUTPUT_UNKNOWN": ("未定义的输出列", "an output that the node does not know"),
    "OUTPUT_INVALID": ("输出值不是常量", "an output is not a constant that zen reads"),
    "INPUT_UNKNOWN": ("未知输入项", "unknown input"),
    "INDICATOR_UNKNOWN": ("未知指标", "unknown indicator"),
    "INPUT_NOT_YET_GIVEN": ("读取时上游节点尚未给出", "read before a node has given it"),
    "NAME_CONFLICT": ("输出名与已有输入项重名", "a node gives a name that exists"),
    "UNIT_MISSING": ("输入列未声明单位", "a column does not state its unit"),
    "UNIT_MISMATCH": ("单位不一致", "units do not agree"),
    "RATIO_SUSPECT": ("比率阈值疑似百分数", "a ratio's threshold looks like a percentage"),
    "BAD_NUMBER": ("数值写法无效，须为十进制文本", "not a plain decimal"),
    "CELL_NOT_COMPILED": ("单元格表达式无法编译", "a cell that cannot be compiled"),
    "CELL_MIXED": ("单元格混用数值与文本", "numbers and words in one cell"),
    "NULL_NOT_FIRST": ("null必须写在最前", "null must come first"),
    "INTERVAL_EMPTY": ("区间为空", "an empty interval"),
    "INTERVAL_INVERTED": ("区间上下限颠倒", "an inverted interval"),
    "EFFECT_INVALID": ("结论须为refer或decline", "an effect is refer or decline"),
    "CODE_DUPLICATE": ("原因代码重复", "a reason code twice"),
    "CODE_INVALID": ("原因代码格式无效", "a reason code is malformed"),
    "TEXT_MISSING": ("缺少内部说明", "a text is missing"),
    "CUSTOMER_TEXT_MISSING": ("缺少客户告知文本", "a customer text is missing"),
    "TEXT_TOO_LONG": ("文本过长", "a text is too long"),
    "SOURCE_MISSING": ("缺少依据或可信度", "no source or confidence"),
    "NODE_DUPLICATE": ("节点标识重复", "a node id twice"),
    "NODE_KIND_UNKNOWN": ("未知节点类型", "unknown kind of node"),
    "NODE_UNKNOWN": ("指向的节点不存在", "unknown node"),
    "NODE_UNREACHABLE": ("节点不可到达", "an unreachable node"),
    "NEXT_MISSING": ("节点没有后继", "a node leads nowhere"),
    "CYCLE": ("流程存在环路", "the flow runs in a circle"),
    "SUBFLOW_UNKNOWN": ("引用的子流程或版本不存在", "unknown sub-flow or version"),
    "SUBFLOW_CYCLE": ("子流程互相引用成环", "sub-flows call each other in a circle"),
    "SUBFLOW_UNUSED": ("子流程未被使用", "an unused sub-flow"),
    "RESULT_MISSING": ("流程没有结论节点", "no result node"),
    "MAPPING_MISSING": ("结论缺少额度或利率映射", "the result maps no limit or price"),
    "RATE_ABOVE_LINE": ("利率超过24%红线", "a rate above the 24 % line"),
    "WEIGHTS_NOT_WHOLE": ("分流权重之和不为10000个基点", "weights do not add up to 10,000 bp"),
    "KEY_NOT_STABLE": ("分流键须为申请要素", "the split key is not a key of the request"),
    "MODEL_UNKNOWN": ("模型未上线", "a model that is not served"),
    "MODEL_VERSION": ("模型版本未上线", "a model version that is not served"),
    "GAP": ("存在未覆盖的取值", "values that no row covers"),
    "OVERLAP": ("行之间重叠", "rows that overlap"),
    "ROW_SHADOWED": ("行被前面的行完全遮蔽", "a row that an earlier one always beats"),
    "ROW_UNREACHABLE": ("行永不命中", "a row that never matches"),
    "ROW_UNCONDITIONAL": ("规则没有任何条件", "a rule without any condition"),
    "TABLE_TOO_LARGE": ("决策表过大，无法证明", "a table too large to prove"),
    "MISSING_HOLE": ("未说明缺失时如何处理", "cells do not say what null means"),
    "MISSING_HELPS": ("缺失反而更有利", "a missing value gives a better outcome"),
    "WORSE_HELPS": ("更差的取值反而更有利", "a worse value gives a better outcome"),
    "BRANCH_NOT_FAIR": (
        "按节点输出分支，无法证明缺失不利",
        "a branch on a given value cannot be proven fair",
    ),
    "ORDER_MISSING": ("未声明优劣方向", "a given value without an order"),
    "PRODUCT_NOT_LISTED": ("读取了未列入策略的数据产品", "a product that the policy does not list"),
    "GRADE_FLOOR_MISSING": ("等级未覆盖到0分", "grades do not reach zero"),
    "MATRIX_CELL_MISSING": ("交叉表缺少单元格", "a matrix cell is missing"),
    "BAND_OVERLAP": ("分段重叠", "bands overlap"),
    "WAIVABLE_UNKNOWN": ("可豁免清单中的规则不存在", "a waivable code that no rule has"),
    "WAIVABLE_NEVER": ("该规则不得豁免", "a rule that may never be waived"),
    "BAND_GAP": ("分段不连续", "a gap between bands"),
}
WARNINGS: Final = frozenset(
    {
        "CELL_NOT_COMPILED",
        "RATIO_SUSPECT",
        "TABLE_TOO_LARGE",
        "TABLE_UNUSED",
        "SUBFLOW_UNUSED",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and where."""

    code: str
    path: str
    detail: str

    @property
    def severity(self) -> str:
        """An error cannot be published; a warning can, on somebody's word."""
        return WARNING if self.code in WARNINGS else ERROR

    @property
    def message(self) -> str:
        """In Chinese and in English."""
        zh, en = CODES[self.code]
        return f"{zh} {en}: {self.detail}"

    def to_json(self) -> dict[str, str]:
        """The finding as data."""
        return {
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "severity": self.severity,
        }


@dataclass(slots=True)
class Findings:
    """Collects what is found, in the order in which it is found, each once."""

    found: list[Finding] = field(default_factory=list)

    def add(self, code: str, path: str, detail: str) -> None:
        """Note one finding."""
        finding = Finding(code=code, path=path, detail=detail)
        if finding not in self.found:
            self.found.append(finding)

    @property
    def errors(self) -> list[Finding]:
        """What forbids publishing."""
        return [one for one in self.found if one.severity == ERROR]
