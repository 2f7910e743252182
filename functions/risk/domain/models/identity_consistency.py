"""M03 身份一致性核验模型: whether the person who applies is the person of the identity card.

A factor that fails makes the identity inconsistent. One that is missing, not verifiable or weak
makes it doubtful, and `checks_needed` names it: nobody may go on until it has passed. So a factor
that is left out never makes an identity consistent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from puhui.china import resident_id
from puhui.errors import Unprocessable
from risk.domain.matching import core_name
from risk.domain.models.answer import ModelReason, require
from risk.domain.models.findings import Asked, Finding, worst

Result = Literal["consistent", "doubt", "inconsistent"]
Outcome = Literal["pass", "fail", "unknown"]
"""What a provider answers; `unknown`: it could not verify."""
ORDER: Final[tuple[Result, ...]] = ("consistent", "doubt", "inconsistent")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_RULE_TEXTS: Final = {
    "resident_id.format": "身份证号码格式不符（须为18位）",
    "resident_id.check": "身份证号码校验码不符",
    "resident_id.region": "身份证号码行政区划不存在",
    "resident_id.birth_date": "身份证号码出生日期不成立",
}
MAX_FACE_SCORE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the applicant says, what the card shows, and what the checks found."""

    as_of: date
    name: str | None
    id_number: str | None
    phone: str | None
    card_name: str | None = None
    """As read off the picture of the card."""
    card_number: str | None = None
    card_born_on: date | None = None
    card_region_code: str | None = None
    """The division that issued the number as the card's first six digits read, GB/T 2260."""
    card_expires_on: date | None = None
    """9999-12-31 for a card without end."""
    card_genuine: Outcome | None = None
    three_factor: Outcome | None = None
    """Name, identity number and phone belong together (三要素)."""
    liveness: Outcome | None = None
    face_score: int | None = None
    """0 to 1000: the face in front of the camera against that of the card."""
    phone_months: int | None = None
    """Since when the number is in use."""
    device_accounts: int | None = None
    """Accounts seen on this device in the last thirty days, this one included."""
    device_staff: bool | None = None
    """The device belongs to staff of the bank or of a broker."""
    device_emulator: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The bounds of the measured factors."""

    face_pass_from: int
    face_fail_below: int
    min_phone_months: int
    max_device_accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result, what is left to check, and why."""

    result: Result
    checks_needed: tuple[str, ...]
    """Codes of the factors that have not passed."""
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """The gravest finding over all factors."""
    face = parameters.face_fail_below, parameters.face_pass_from
    require(0 <= face[0] <= face[1] <= MAX_FACE_SCORE, "face_pass_from", "must be the higher")
    require(
        inputs.face_score is None or 0 <= inputs.face_score <= MAX_FACE_SCORE,
        "face_score",
        "must be 0 to 1000",
    )
    found = [
        *_number(inputs),
        *_card(inputs),
        *_checks(inputs),
        *_face(inputs, parameters),
        *_phone(inputs, parameters),
        *_device(inputs, parameters),
    ]
    grade = worst(found, ORDER)
    found.sort(key=lambda one: -ORDER.index(_result(one.grade)))
    told = [one.reason for one in found]
    return Answer(
        result=_result(grade),
        checks_needed=tuple(sorted({one.code.removesuffix("_UNKNOWN") for one in found})),
        reasons=tuple(told) or (ModelReason("IDENTITY_CONSISTENT", "身份核验一致"),),
    )


def _result(grade: str) -> Result:
    return next(one for one in ORDER if one == grade)


def _missing(code: str, name: str) -> list[Finding]:
    text = f"{name}缺失，存疑"
    return [Finding(f"{code}_UNKNOWN", "doubt", text, unknown=True)]


def _fails(code: str, text: str) -> list[Finding]:
    return Asked(code, text, "inconsistent").found(text)


def _doubts(code: str, text: str) -> list[Finding]:
    return Asked(code, text, "doubt").found(text)


def _number(inputs: Inputs) -> list[Finding]:
    """The number keeps GB 11643: shape, check digit, region, a birth that has happened (§3.1)."""
    if inputs.id_number is None:
        return _missing("ID_NUMBER", "身份证号码")
    try:
        resident_id.validate(inputs.id_number, on=inputs.as_of)
    except Unprocessable as error:
        return _fails("ID_NUMBER", _RULE_TEXTS[str(error.rule)])
    return []


def _card(inputs: Inputs) -> list[Finding]:
    """What the card shows is what the applicant says, and the card is in force."""
    number = inputs.id_number
    found = [
        *_same("CARD_NAME", "证件姓名", _name(inputs.card_name), _name(inputs.name)),
        *_same("CARD_NUMBER", "证件号码", inputs.card_number, number),
        *_same("CARD_REGION", "证件行政区划", inputs.card_region_code, number and number[:6]),
    ]
    born = None if inputs.card_born_on is None else inputs.card_born_on.strftime("%Y%m%d")
    found += _same("CARD_BIRTH_DATE", "证件出生日期", born, number and number[6:14])
    if inputs.card_expires_on is None:
        found += _missing("CARD_EXPIRY", "证件有效期")
    elif inputs.card_expires_on < inputs.as_of:
        found += _fails("CARD_EXPIRY", "证件已过有效期")
    return found


def _name(name: str | None) -> str | None:
    """A name in one spelling, or None when it says nothing."""
    return (core_name(name, "person") or None) if name is not None else None


def _same(code: str, name: str, shown: str | None, said: str | None) -> list[Finding]:
    if shown is None or said is None:
        return _missing(code, name)
    return [] if shown == said else _fails(code, f"{name}与申请信息不一致")


def _checks(inputs: Inputs) -> list[Finding]:
    """What the providers answer about the card, the three factors and the living person."""
    asked = (
        ("CARD_GENUINE", "证件真伪核验", inputs.card_genuine),
        ("THREE_FACTOR", "姓名、身份证号、手机号三要素核验", inputs.three_factor),
        ("LIVENESS", "活体检测", inputs.liveness),
    )
    found: list[Finding] = []
    for code, name, outcome in asked:
        if outcome is None:
            found += _missing(code, name)
        elif outcome != "pass":
            failed = outcome == "fail"
            found += _fails(code, f"{name}不一致") if failed else _doubts(code, f"{name}无法核验")
    return found


def _face(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """A low score is another face, a high one the same, between them nobody knows."""
    score = inputs.face_score
    if score is None:
        return _missing("FACE", "人脸比对分数")
    if score >= parameters.face_pass_from:
        return []
    if score < parameters.face_fail_below:
        return _fails("FACE", f"人脸比对{score}分，低于{parameters.face_fail_below}分")
    return _doubts("FACE", f"人脸比对{score}分，低于{parameters.face_pass_from}分")


def _phone(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """The phone is a mobile number of this country that has been in use for a while."""
    least = parameters.min_phone_months
    if inputs.phone is None:
        found = _missing("PHONE", "手机号")
    else:
        shaped = _MOBILE.fullmatch(inputs.phone)
        found = [] if shaped else _fails("PHONE", "手机号格式不符")
    if inputs.phone_months is None:
        return found + _missing("PHONE_AGE", "手机号在网时长")
    new = inputs.phone_months < least
    return found + (_doubts("PHONE_AGE", f"手机号在网不满{least}个月") if new else [])


def _device(inputs: Inputs, parameters: Parameters) -> list[Finding]:
    """One device for one applicant, neither staff's nor simulated."""
    most = parameters.max_device_accounts
    found = Asked("DEVICE_STAFF", "使用员工或中介设备", "doubt").flag(inputs.device_staff)
    found += Asked("DEVICE_EMULATOR", "使用模拟器", "doubt").flag(inputs.device_emulator)
    count = inputs.device_accounts
    if count is None:
        return found + _missing("DEVICE_ACCOUNTS", "设备关联账户数")
    if count > most:
        found += _doubts("DEVICE_ACCOUNTS", f"同一设备近30天{count}个账户，超过{most}个")
    return found
