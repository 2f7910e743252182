"""Good policies made bad, one defect each, with the code that names it."""

from __future__ import annotations

import copy
from typing import Final

from tests.unit.risk.policy.spoiling import (
    LONG,
    Spoil,
    a_new_node,
    a_row_with_a_known_code,
    arms,
    at,
    band,
    both,
    cell,
    column,
    matrix_band,
    matrix_cell,
    node,
    node_of_two_flows,
    sub_flows_in_a_circle,
    too_many_columns,
    top,
    tree_when,
    twice_the_row,
    unit,
)

GREY: Final = "model.name_list_match.level"

DEFECTS: Final[dict[str, tuple[str, Spoil]]] = {
    "another schema": ("SCHEMA_UNKNOWN", top(schema="policy/1")),
    "an unknown field": ("FIELD_UNKNOWN", top(colour="red")),
    "no name": ("FIELD_MISSING", lambda d: d.pop("name")),
    "ends before it begins": ("DATES_INVERTED", top(valid_to="2026-12-31")),
    "no date": ("FIELD_INVALID", top(valid_from="soon")),
    "a product that nobody provides": ("PRODUCT_UNKNOWN", top(required_products=["horoscope/1"])),
    "a grade twice": ("GRADES_INVALID", top(grades=["A", "A", "B"])),
    "hit policy": (
        "HIT_POLICY_UNSUPPORTED",
        lambda d: d["tables"]["grade"].update(hitPolicy="any"),
    ),
    "reasons of the first row only": (
        "HIT_POLICY_UNSUPPORTED",
        lambda d: d["tables"]["external"].update(hitPolicy="first"),
    ),
    "no rows": ("TABLE_EMPTY", lambda d: d["tables"]["lists"].update(rules=[])),
    "a table that is not there": ("TABLE_UNKNOWN", at("lists", table="no_such_table")),
    "a table that nobody uses": (
        "TABLE_UNUSED",
        lambda d: d["tables"].update(spare=copy.deepcopy(d["tables"]["grade"])),
    ),
    "a row id twice": ("ROW_DUPLICATE", cell("operation", "red_rate", "_id", "void_rate")),
    "an unknown column in a row": ("FIELD_UNKNOWN", cell("operation", "red_rate", "c99", "> 1")),
    "an output column missing": (
        "OUTPUT_MISSING",
        lambda d: d["tables"]["lists"]["outputs"].pop(1),
    ),
    "an output column unknown": (
        "OUTPUT_UNKNOWN",
        lambda d: d["tables"]["lists"]["outputs"].append(
            {"id": "mood", "name": "x", "field": "mood"}
        ),
    ),
    "an output that zen drops without a word": (
        "OUTPUT_INVALID",
        cell("operation", "red_rate", "text", '"a \\"quoted\\" word"'),
    ),
    "an output that is computed": ("OUTPUT_INVALID", cell("grade", "a", "grade", "score.points")),
    "a grade that nobody ordered": ("OUTPUT_INVALID", cell("grade", "a", "grade", '"Z"')),
    "an unknown indicator": (
        "INDICATOR_UNKNOWN",
        lambda d: column(d, "operation", "ent.inv.out_party.all.l12m.top1").update(
            field="ent.inv.out_party.all.l12m.top7"
        ),
    ),
    "an unknown input": (
        "INPUT_UNKNOWN",
        lambda d: column(d, "admission", "request.term_months").update(field="request.weather"),
    ),
    "read before it is given": (
        "INPUT_NOT_YET_GIVEN",
        lambda d: column(d, "admission", "request.term_months").update(
            field="limit.fen", unit="fen"
        ),
    ),
    "a given name that exists": (
        "NAME_CONFLICT",
        lambda d: node(d, "grade")["gives"][0].update(name="request.region_code"),
    ),
    "no unit": ("UNIT_MISSING", unit("admission", "request.term_months", None)),
    "yuan against fen": (
        "UNIT_MISMATCH",
        unit("data", "ent.inv.out_valid_amt.all.l24m.sum", "fen"),
    ),
    "percent against ratio": (
        "UNIT_MISMATCH",
        unit("operation", "ent.inv.out_party.all.l12m.top1", "percent"),
    ),
    "days against months": (
        "UNIT_MISMATCH",
        unit("operation", "ent.inv.out_valid.all.now.days_since_last", "month"),
    ),
    "an input compared with one in another unit": (
        "UNIT_MISMATCH",
        cell("outcome", "limit_below_minimum", "c2", "null, < request.term_months"),
    ),
    "70 where 0.7 is meant": ("RATIO_SUSPECT", cell("operation", "top_buyer", "c6", "null, > 70")),
    "a float": ("BAD_NUMBER", cell("operation", "top_buyer", "c6", "null, > 7e-1")),
    "a number that is no text": ("BAD_NUMBER", cell("operation", "top_buyer", "c6", 0.7)),
    "a formula": (
        "CELL_NOT_COMPILED",
        cell("operation", "top_buyer", "c6", "null, > 1 - 0.3"),
    ),
    "words and numbers": ("CELL_MIXED", cell("operation", "top_buyer", "c6", 'null, > 1, "A"')),
    "null after a comparison": (
        "NULL_NOT_FIRST",
        cell("operation", "top_buyer", "c6", "> 0.7, null"),
    ),
    "an empty interval": (
        "INTERVAL_EMPTY",
        cell("operation", "top_buyer", "c6", "null, (0.7..0.7]"),
    ),
    "an inverted interval": (
        "INTERVAL_INVERTED",
        cell("operation", "top_buyer", "c6", "null, [0.9..0.7]"),
    ),
    "an effect that approves": (
        "EFFECT_INVALID",
        cell("lists", "grey_listed", "effect", '"approve"'),
    ),
    "a verdict that is none": ("EFFECT_INVALID", cell("lists", "grey_listed", "effect", '"maybe"')),
    "a reason code twice": ("CODE_DUPLICATE", a_row_with_a_known_code),
    "a code in small letters": (
        "CODE_INVALID",
        cell("lists", "grey_listed", "code", '"grey list"'),
    ),
    "no text": ("TEXT_MISSING", cell("lists", "grey_listed", "text", '""')),
    "no customer text": (
        "CUSTOMER_TEXT_MISSING",
        cell("lists", "grey_listed", "customer_text", '""'),
    ),
    "a text without end": ("TEXT_TOO_LONG", cell("lists", "grey_listed", "text", LONG)),
    "no source": ("SOURCE_MISSING", cell("lists", "grey_listed", "source", '""')),
    "no confidence": ("SOURCE_MISSING", cell("lists", "grey_listed", "confidence", '"sure"')),
    "a node id twice": ("NODE_DUPLICATE", at("large", id="score")),
    "a node id in two flows": ("NODE_DUPLICATE", node_of_two_flows),
    "an unknown kind": ("NODE_KIND_UNKNOWN", at("large", kind="oracle")),
    "a dangling next": ("NODE_UNKNOWN", at("lists", next="nowhere")),
    "an unknown first node": ("NODE_UNKNOWN", lambda d: d["flow"].update(start="nowhere")),
    "an unreachable node": ("NODE_UNREACHABLE", at("is_large", yes="score")),
    "a node that leads nowhere": ("NEXT_MISSING", at("lists", next=None)),
    "a circle": ("CYCLE", at("operation", next="data")),
    "no result": ("RESULT_MISSING", lambda d: d["flow"]["nodes"].pop()),
    "an unknown sub-flow": (
        "SUBFLOW_UNKNOWN",
        lambda d: a_new_node(
            d, id="x", kind="subflow", name="x", flow="y", version="1", next="data"
        ),
    ),
    "an unknown version of the champion": ("SUBFLOW_UNKNOWN", arms(9_000, 1_000, version="7")),
    "sub-flows in a circle": ("SUBFLOW_CYCLE", sub_flows_in_a_circle),
    "a sub-flow that nobody calls": (
        "SUBFLOW_UNUSED",
        lambda d: d["subflows"].update(spare=copy.deepcopy(d["subflows"]["caps_tree"])),
    ),
    "weights that are not whole": ("WEIGHTS_NOT_WHOLE", arms(9_000, 900)),
    "an arm without weight": ("WEIGHTS_NOT_WHOLE", arms(10_000, 0)),
    "a split by data": ("KEY_NOT_STABLE", at("caps", key="request.region_code")),
    "no limit on approval": ("MAPPING_MISSING", at("result", limit=None)),
    "no price on approval": ("MAPPING_MISSING", at("result", price=None)),
    "a rate above the line": ("RATE_ABOVE_LINE", at("price", max_rate_bps=2_401)),
    "an unknown model": ("MODEL_UNKNOWN", at("score", model="crystal_ball")),
    "a version that is not served": ("MODEL_VERSION", at("score", version="1999.1")),
    "a gap between rows": ("GAP", tree_when(1, ">= 25")),
    "a gap in the cross table": ("GAP", matrix_band("columns", 2, "> 36")),
    "rows that overlap": ("OVERLAP", tree_when(1, ">= 23")),
    "bands that overlap in the cross table": (
        "BAND_OVERLAP",
        matrix_band("columns", 1, "[23..36)"),
    ),
    "a cross table with a hole": ("MATRIX_CELL_MISSING", matrix_cell(None)),
    "bands of points that overlap": ("BAND_OVERLAP", band(0, 1, "[1..4)")),
    "bands of points with a gap": ("BAND_GAP", band(0, 1, "[2..3)")),
    "grades that do not reach zero": ("GRADE_FLOOR_MISSING", cell("grade", "e", "c1", ">= 1")),
    "a row in the shadow of another": ("ROW_SHADOWED", cell("grade", "b", "c1", ">= 600")),
    "the same rule twice": ("ROW_SHADOWED", twice_the_row),
    "a row that never matches": (
        "ROW_UNREACHABLE",
        cell("lists", "black_listed", "c1", "null, < 0"),
    ),
    "a word that a model never answers": (
        "ROW_UNREACHABLE",
        cell("lists", "grey_listed", "c2", 'null, "gray", "black"'),
    ),
    "a field that a model does not answer": (
        "INPUT_UNKNOWN",
        lambda d: column(d, "lists", GREY).update(field="model.name_list_match.lvl"),
    ),
    "a model that does not answer in a decision": (
        "INPUT_UNKNOWN",
        lambda d: column(d, "lists", GREY).update(field="model.early_warning.colour"),
    ),
    "a model that answers after the policy": (
        "INPUT_UNKNOWN",
        lambda d: column(d, "lists", GREY).update(field="model.credit_limit.status"),
    ),
    "a model's answer in another unit": (
        "UNIT_MISMATCH",
        lambda d: column(d, "lists", GREY).update(unit="count"),
    ),
    "a model's answer that does not say what null means": (
        "MISSING_HOLE",
        cell("lists", "grey_listed", "c2", '"grey", "black"'),
    ),
    "a model whose documents are not listed": (
        "PRODUCT_NOT_LISTED",
        lambda d: column(d, "lists", GREY).update(field="model.document_authenticity.level"),
    ),
    "a rule without a condition": (
        "ROW_UNCONDITIONAL",
        cell("operation", "top_buyer", "c6", ""),
    ),
    "a condition that asks nothing": ("ROW_UNCONDITIONAL", at("is_large", when=[])),
    "a rule that does not say what null means": (
        "MISSING_HOLE",
        cell("operation", "top_buyer", "c6", "> 0.7"),
    ),
    "a tree that does not say what null means": ("MISSING_HOLE", tree_when(0, "< 24")),
    "a tree in which missing helps": (
        "MISSING_HELPS",
        both(tree_when(0, "< 24"), tree_when(1, "null, >= 24")),
    ),
    "a cross table in which missing helps": ("MISSING_HELPS", matrix_cell(90_000_000, 1, 0)),
    "points for what is missing": (
        "MISSING_HELPS",
        both(band(0, 0, ">= 3"), band(0, 2, "null, < 1")),
    ),
    "a threshold that may be missing": (
        "MISSING_HELPS",
        cell("outcome", "limit_below_minimum", "c2", "null, < limit.capacity_fen"),
    ),
    "a worse grade with a higher limit": ("WORSE_HELPS", matrix_cell(200_000_000, 3, 2)),
    "a rule that lets the worst pass": (
        "WORSE_HELPS",
        cell("outcome", "score_too_low", "c3", "[300..480)"),
    ),
    "a given value without an order": (
        "ORDER_MISSING",
        lambda d: node(d, "matrix")["gives"][0].pop("worse"),
    ),
    "a branch on a given value": (
        "BRANCH_NOT_FAIR",
        lambda d: node(d, "is_large")["when"][0].update(
            input="quality.points", unit="point", cell=">= 30"
        ),
    ),
    "a table that is too large to prove": ("TABLE_TOO_LARGE", too_many_columns),
    "a waivable code that no rule has": (
        "WAIVABLE_UNKNOWN",
        lambda d: d["waivable"].append("SALES_DROP"),
    ),
    "a waivable rule of court enforcement": (
        "WAIVABLE_NEVER",
        lambda d: d["waivable"].append("ENT_DISHONEST"),
    ),
    "a rule about a product that the policy does not list": (
        "PRODUCT_NOT_LISTED",
        top(required_products=["invoice/1", "judicial/1"]),
    ),
}
