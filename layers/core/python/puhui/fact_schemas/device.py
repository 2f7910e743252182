"""device/1: devices, form behaviour and identity checks (设备行为) of an applicant."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas.fields import code, count, day, flag, text
from puhui.fact_schemas.model import Product, Table

DEVICE: Final = Product(
    code="device/1",
    title="设备与行为",
    subject="申请人",
    max_rows=20_000,
    max_bytes=8 * 1024 * 1024,
    tables={
        "events": Table(
            title="设备事件",
            fields={
                "happened_on": day("日期", 3, inside=True),
                "happened_hour": count("时（0–23）", 3, null=True, most=23),
                "kind": code("事件", 3, {"register": "注册", "login": "登录", "apply": "申请"}),
                "device": text("设备代号", 3, who=True),
                "account": text("账户代号", 3, who=True),
                "ip": text("网络地址代号", 3, null=True, who=True),
                "grid": text("位置网格代号", 3, null=True, who=True),
                "staff": flag("员工设备", 3, null=True),
            },
        ),
        "forms": Table(
            title="填表行为",
            fields={
                "measure": code(
                    "指标",
                    3,
                    {
                        "fill_time": "填写用时（秒）",
                        "edits": "修改次数",
                        "paste": "粘贴次数",
                        "idle": "停顿用时（秒）",
                        "retry": "重试次数",
                    },
                ),
                "measured_on": day("日期", 3, inside=True),
                "value": count("值", 3),
                "median": count("同类中位数", 3, null=True),
            },
        ),
        "checks": Table(
            title="身份核验",
            fields={
                "kind": code(
                    "核验",
                    4,
                    {
                        "face": "人脸比对",
                        "liveness": "活体检测",
                        "name_id": "姓名身份证二要素",
                        "three_factor": "姓名身份证手机号三要素",
                        "bank_card": "银行卡四要素",
                        "id_document": "证件真伪",
                        "number_age": "号码在网时长",
                        "number_status": "号码状态",
                    },
                ),
                "checked_on": day("日期", 3),
                "result": code(
                    "结果", 4, {"pass": "一致", "fail": "不一致", "unknown": "无法核验"}
                ),
                "score": count("分数（0–1000）", 4, null=True, most=1_000),
                "months": count("在网月数", 3, null=True, most=1_200),
            },
        ),
    },
)
