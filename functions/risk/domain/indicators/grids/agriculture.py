"""农业土地 AGR: land, crops, livestock and standing of a farmer household; 60 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit, Where
from risk.domain.indicators.grid import Place, Rows, SnapshotPlace, among, snapshot_grid
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, AVG, LAST, RATE, SUM, Term

AGRICULTURE: Final = "agriculture/1"
AREA: Final = Term("area", "面积", "area")
OPERATED: Final = ("contracted", "transferred_in", "other")
CROPS: Final = (
    Term("grain", "粮食", "grain"),
    Term("oil", "油料", "oil crops"),
    Term("tea", "茶叶", "tea"),
    Term("vegetable", "蔬菜", "vegetables"),
    Term("fruit", "水果", "fruit"),
)
CROP_MEASURES: Final = (
    (AREA, Unit.MU, "sum", "area_mu"),
    (Term("yield", "产量", "yield"), Unit.KG, "sum", "yield_kg"),
    (Term("price_idx", "价格指数", "price index"), Unit.INDEX, "mean", "price_index"),
    (Term("est_income", "估计收入", "estimated income"), Unit.YUAN, "sum", "income_fen"),
)
LIVESTOCK: Final = (
    Term("pig", "生猪", "pigs"),
    Term("poultry", "家禽", "poultry"),
    Term("aquatic", "水产", "aquatic"),
    Term("cattle_sheep", "牛羊", "cattle and sheep"),
)
STOCK_MEASURES: Final = (
    (Term("stock", "存栏", "stock"), "stock"),
    (Term("sold_l12m", "近12个月出栏", "sold in 12 months"), "sold_l12m"),
    (Term("insured", "投保数量", "insured"), "insured"),
)
PAYMENTS: Final = (
    Term("subsidy", "补贴", "subsidies"),
    Term("premium", "农险保费", "insurance premiums"),
    Term("claim", "农险赔款", "insurance claims"),
)

STANDING_PLACES: Final = (
    SnapshotPlace(
        Term("village_grade", "信用村评级（1为A，5为E）", "village's grade, 1 is A, 5 is E"),
        "field",
        Unit.LEVEL,
        "village_grade",
    ),
    SnapshotPlace(
        Term("household_score", "村级评议得分", "village board's points"),
        "field",
        Unit.POINT,
        "household_score",
    ),
    SnapshotPlace(
        Term("labour_rate", "劳动力占比", "share of the household that works"),
        "ratio",
        Unit.RATIO,
        "labour_count",
        "household_size",
    ),
    SnapshotPlace(
        Term("cooperative_member", "合作社成员", "is a member of a cooperative"),
        "field",
        Unit.FLAG,
        "cooperative_member",
    ),
    SnapshotPlace(
        Term("cooperative_leader", "合作社负责人", "leads a cooperative"),
        "field",
        Unit.FLAG,
        "cooperative_leader",
    ),
)


def agriculture_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    yield from _land()
    crops = _rows("crops", "year")
    for crop, (agg, unit, rule, value) in product(CROPS, CROP_MEASURES):
        # The window holds exactly one 31 December: a crop is dated by the end of its year.
        place = Place(Term("crop", "上一年度", "last full year's crop"), crop, Window.L12M, agg)
        conditions = (among("crop", crop.code),)
        yield crops.place(place, unit, conditions=conditions, agg=rule, value=value)
    livestock = _rows("livestock", "counted_on")
    for kind, (agg, value) in product(LIVESTOCK, STOCK_MEASURES):
        place = Place(Term("livestock", "", "livestock"), kind, Window.NOW, agg)
        conditions = (among("kind", kind.code),)
        yield livestock.place(place, Unit.COUNT, conditions=conditions, agg="last", value=value)
    payments = _rows("payments", "paid_on")
    for kind, window in product(PAYMENTS, (Window.L12M, Window.L24M, Window.L36M)):
        yield payments.place(
            Place(kind, ALL, window, SUM),
            Unit.YUAN,
            conditions=(among("kind", kind.code),),
            agg="sum",
            value="amount_fen",
        )
    vegetation = _rows("vegetation", "observed_on")
    ndvi = Term("ndvi", "植被指数", "vegetation index (NDVI)")
    for window in (Window.L1M, Window.L3M):
        for agg, rule, value in (
            (LAST, "last_mean", "ndvi"),
            (AVG, "mean", "ndvi"),
            (Term("anomaly", "较常年偏差", "difference to normal"), "mean", "ndvi_anomaly"),
        ):
            place = Place(ndvi, ALL, window, agg)
            yield vegetation.place(place, Unit.INDEX, agg=rule, value=value)
    yield from _standing()


def _rows(table: str, date: str | None) -> Rows:
    how = Calculation(agg="", product=AGRICULTURE, table=table, date=date, last_state=date is None)
    return Rows("hh", "agr", how)


def _land() -> Iterator[Definition]:
    plots = _rows("plots", None)
    land = Term("land", "土地", "land")
    place = Place(land, ALL, Window.NOW, Term("cnt", "地块数", "number of plots"))
    yield plots.place(place, Unit.COUNT, agg="cnt")
    kinds: tuple[tuple[Term, Where], ...] = (
        (Term("contracted", "家庭承包", "contracted"), (among("tenure", "contracted"),)),
        (Term("transferred_in", "流转入", "rented in"), (among("tenure", "transferred_in"),)),
        (Term("transferred_out", "流转出", "rented out"), (among("tenure", "transferred_out"),)),
        (Term("other", "其他方式承包", "held otherwise"), (among("tenure", "other"),)),
        (Term("operated", "实际经营", "operated"), (among("tenure", *OPERATED),)),
        (Term("forest", "林权", "forest"), (among("right", "forest_right"),)),
    )
    for kind, conditions in kinds:
        place = Place(land, kind, Window.NOW, AREA)
        yield plots.place(place, Unit.MU, conditions=conditions, agg="sum", value="area_mu")
    certified = Place(land, Term("certified", "已确权", "certified"), Window.NOW, RATE)
    yield plots.place(
        certified,
        Unit.RATIO,
        conditions=(among("certified", True),),
        agg="rate",
        value="area_mu",
        base_where=(),
        base_value="area_mu",
    )


def _standing() -> Iterator[Definition]:
    yield from snapshot_grid(
        "hh",
        "agr",
        AGRICULTURE,
        STANDING_PLACES,
    )
