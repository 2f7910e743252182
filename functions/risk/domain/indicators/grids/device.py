"""设备行为 DEV: devices, how the form was filled, identity checks; 38 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from risk.domain.indicators.definition import Calculation, Definition, Unit
from risk.domain.indicators.grid import Place, Rows, among
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, CNT, VALUE, Term

DEVICE: Final = "device/1"
EVENTS: Final = Rows(
    "own", "dev", Calculation(agg="", product=DEVICE, table="events", date="happened_on")
)
FORMS: Final = Rows(
    "own", "dev", Calculation(agg="last_mean", product=DEVICE, table="forms", date="measured_on")
)
CHECKS: Final = Rows(
    "own", "dev", Calculation(agg="last_min", product=DEVICE, table="checks", date="checked_on")
)
APPLY: Final = (among("kind", "apply"),)
SHARED: Final[tuple[tuple[Term, dict[str, Any]], ...]] = (
    (
        Term("acct_per_dev", "单设备账户数", "most accounts on one device"),
        {"agg": "max_distinct", "by": "device", "value": "account"},
    ),
    (
        Term("dev_per_acct", "单账户设备数", "most devices of one account"),
        {"agg": "max_distinct", "by": "account", "value": "device"},
    ),
    (
        Term("app_per_ip", "单网络地址申请数", "most applications from one address"),
        {"agg": "max_cnt", "by": "ip", "conditions": APPLY},
    ),
    (
        Term("app_per_grid", "单位置网格申请数", "most applications from one place"),
        {"agg": "max_cnt", "by": "grid", "conditions": APPLY},
    ),
    (
        Term("staff_same_grid", "与员工设备同网格申请数", "applications at a staff device's place"),
        {
            "agg": "shared_cnt",
            "by": "grid",
            "conditions": (*APPLY, among("staff", False)),
            "base_where": (among("staff", True),),
        },
    ),
)
FORM_MEASURES: Final = (
    (Term("fill_time", "填表时长", "time to fill in the form"), Unit.SECOND),
    (Term("edits", "修改次数", "edits"), Unit.COUNT),
    (Term("paste", "粘贴次数", "pastes"), Unit.COUNT),
    (Term("idle", "停顿时长", "idle time"), Unit.SECOND),
    (Term("retry", "重试次数", "retries"), Unit.COUNT),
)
PASSES: Final = (
    Term("face", "人脸比对", "face match"),
    Term("liveness", "活体检测", "liveness"),
    Term("name_id", "姓名证件二要素", "name and number"),
    Term("three_factor", "手机三要素", "name, number and phone"),
    Term("bank_card", "银行卡核验", "bank card"),
    Term("id_document", "证件核验", "identity document"),
    Term("number_status", "手机号状态", "phone number is in use"),
)


def device_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    for (measure, changes), window in product(
        SHARED, (Window.D1, Window.D7, Window.D30, Window.D90)
    ):
        yield EVENTS.place(Place(measure, ALL, window, CNT), Unit.COUNT, **changes)
    form = Term("form", "", "form")
    for measure, unit in FORM_MEASURES:
        conditions = (among("measure", measure.code),)
        yield FORMS.place(
            Place(form, measure, Window.NOW, VALUE), unit, conditions=conditions, value="value"
        )
        against = Term("vs_median", "与同类中位数之比", "against the median of its kind")
        yield FORMS.place(
            Place(form, measure, Window.NOW, against),
            Unit.RATIO,
            conditions=conditions,
            value="value",
            base_value="median",
        )
    check = Term("check", "通过", "identity check passed")
    for kind in PASSES:
        place = Place(check, kind, Window.NOW, VALUE)
        conditions = (among("kind", kind.code),)
        yield CHECKS.place(place, Unit.FLAG, conditions=conditions, value="passed")
    age = Term("number_age", "手机号在网月数", "months that the phone number is in use")
    yield CHECKS.place(
        Place(age, ALL, Window.NOW, VALUE),
        Unit.MONTH,
        conditions=(among("kind", "number_age"),),
        value="months",
    )
