"""How grave the news and court texts about a customer are: the text part of M07 and M24.

Every text is judged alone: by words and, where it answers, by the statistical model; the graver
reading counts. It is weighed by its age, and the gravest text counts: ten harmless reports do not
make one insolvency harmless. A text that cannot be judged is unknown, never harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.text.subject import speaks_of
from risk.domain.text.words import EventRule, named_by_words

PPM: Final = 1_000_000
GRAVEST: Final = 3
NOTHING: Final = "其他"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What the statistical model reads in one text."""

    negative_ppm: int
    """Probability that the text is bad news for somebody."""
    events_ppm: dict[str, int]
    """Share of each kind of event, 其他 among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One news report, court notice or judgement."""

    text: str | None
    """None or blank: it exists, and nobody could read it."""
    published_on: date | None
    """None: not known, it counts as of today."""
    signal: Signal | None
    """None: the statistical model did not answer."""
    tied_by_source: bool
    """True where the source ties it to the customer by number, as a court's list of parties does:
    then it counts without the name, which published judgements often leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is known of a customer's texts on a day."""

    as_of: date
    names: tuple[str, ...]
    """Names of the customer; with none, every text counts as being about it."""
    texts: tuple[Text, ...] | None
    """None: nobody looked or the source failed; empty: looked, and there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeStep:
    """A text at most this old counts with this share."""

    up_to_days: int
    share_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Starting values of ours ✎; each bank adopts its own."""

    events: tuple[EventRule, ...]
    negations: tuple[str, ...]
    negation_reach: int
    """Characters before an event's words in which a negation takes them back."""
    severity_ppm: tuple[int, int, int, int]
    """Weight of the severities 0 to 3."""
    negative_from_ppm: int
    """From this probability on, bad news of no known kind is of severity 1."""
    ages: tuple[AgeStep, ...]
    """Ascending; a text older than the last step counts with that step's share."""
    fewest_han_count: int
    """A text with fewer Chinese characters (an emoji, a garbled scan) is unread by the model."""
    alarm_ppm: int
    """With an unread text, less than this is not known rather than low."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One text's part of the answer; `None` where it is not about the customer, or unread."""

    about_customer: bool
    event: str | None
    severity: int | None
    severity_ppm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The gravest of a customer's texts."""

    text_severity_ppm: int | None
    """0 nothing bad, 1,000,000 a fresh text of the gravest kind; None: not known."""
    event: str | None
    severity: int | None
    unread_count: int
    texts: tuple[Judged, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """The gravest text counts; what nobody could read makes a low answer unknown."""
    _check(parameters)
    if inputs.texts is None:
        return _unknown(
            (), 0, ModelReason("TEXT_NOT_KNOWN", "未取得舆情与司法文本，不能视为无负面")
        )
    for text in inputs.texts:
        known = text.published_on is None or text.published_on <= inputs.as_of
        require(known, "published_on", "must not be after the day of the question")
        _check_signal(text.signal)
    judged = tuple(_judge(text, inputs, parameters) for text in inputs.texts)
    unread = sum(one.about_customer and one.severity is None for one in judged)
    read = [one for one in judged if one.severity is not None]
    gravest = max(read, key=lambda one: (one.severity_ppm or 0, one.severity or 0), default=None)
    worst_ppm = 0 if gravest is None else gravest.severity_ppm or 0
    if unread and worst_ppm < parameters.alarm_ppm:
        return _unknown(judged, unread, _unread_reason(unread))
    return Answer(
        text_severity_ppm=worst_ppm,
        event=None if gravest is None else gravest.event,
        severity=0 if gravest is None else gravest.severity,
        unread_count=unread,
        texts=judged,
        reasons=_reasons(gravest, unread),
    )


def _judge(text: Text, inputs: Inputs, parameters: Parameters) -> Judged:
    """One text: is it about the customer, which event, how grave, how old."""
    written = (text.text or "").strip()
    if written and not text.tied_by_source and speaks_of(written, inputs.names) is False:
        return Judged(about_customer=False, event=None, severity=None, severity_ppm=None)
    found = _gravest_reading(written, text.signal, parameters) if written else None
    if found is None:
        return Judged(about_customer=True, event=None, severity=None, severity_ppm=None)
    age = 0 if text.published_on is None else (inputs.as_of - text.published_on).days
    fresh = next(
        (step.share_ppm for step in parameters.ages if age <= step.up_to_days),
        parameters.ages[-1].share_ppm,
    )
    return Judged(
        about_customer=True,
        event=found.event,
        severity=found.severity,
        severity_ppm=found.weighed_ppm * fresh // PPM,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    event: str
    severity: int
    weighed_ppm: int
    """Weight of the severity times how sure it is."""


def _gravest_reading(text: str, signal: Signal | None, parameters: Parameters) -> _Reading | None:
    """Words and model each read the text; the graver counts, the model's where they are equal."""
    rules = tuple(rule for rule in parameters.events if rule.words_decide or signal is None)
    spelled = named_by_words(text, rules, parameters.negations, parameters.negation_reach)
    readings = []
    if signal is not None and _han_count(text) >= parameters.fewest_han_count:
        readings.append(_model_reading(signal, parameters))
    if spelled is not None:
        weight = parameters.severity_ppm[spelled.severity]
        readings.append(_Reading(spelled.event, spelled.severity, weight))
    return max(readings, key=lambda one: one.weighed_ppm, default=None)


def _han_count(text: str) -> int:
    return sum("\u4e00" <= character <= "\u9fff" for character in text)


def _model_reading(signal: Signal, parameters: Parameters) -> _Reading:
    """The likeliest event; bad news of no known kind is worth a look."""
    likeliest = max(sorted(signal.events_ppm), key=lambda event: signal.events_ppm[event])
    known = {rule.event: rule.severity for rule in parameters.events}
    require(likeliest in known, "signal", "names an event that the parameters do not have")
    severity, sure = known[likeliest], max(signal.negative_ppm, signal.events_ppm[likeliest])
    if severity == 0:
        severity = int(signal.negative_ppm >= parameters.negative_from_ppm)
        sure = signal.negative_ppm
    return _Reading(likeliest, severity, parameters.severity_ppm[severity] * sure // PPM)


def _unknown(judged: tuple[Judged, ...], unread: int, reason: ModelReason) -> Answer:
    return Answer(
        text_severity_ppm=None,
        event=None,
        severity=None,
        unread_count=unread,
        texts=judged,
        reasons=(reason,),
    )


def _reasons(gravest: Judged | None, unread: int) -> tuple[ModelReason, ...]:
    if gravest is None:
        found = ModelReason("TEXT_NONE_FOUND", "已查询，未发现涉及该客户的舆情或司法文本")
    elif gravest.severity:
        level = ("", "关注", "严重", "重大")[gravest.severity]
        kind = "未分类负面" if gravest.event == NOTHING else gravest.event
        found = ModelReason("TEXT_ADVERSE", f"文本反映{level}负面：{kind}")
    else:
        found = ModelReason("TEXT_NOT_ADVERSE", "涉及该客户的文本未反映负面")
    return (found, _unread_reason(unread)) if unread else (found,)


def _unread_reason(unread: int) -> ModelReason:
    return ModelReason("TEXT_UNREAD", f"有{unread}篇文本无法判读，不能视为无负面")


def _check(parameters: Parameters) -> None:
    days = [step.up_to_days for step in parameters.ages]
    shares = [*parameters.severity_ppm, *(step.share_ppm for step in parameters.ages)]
    weights = list(parameters.severity_ppm)
    require(bool(days) and days == sorted(days), "ages", "must be there and ascend")
    require(all(0 <= share <= PPM for share in shares), "shares", "must be 0 to 1,000,000 ppm")
    require(weights == sorted(weights), "severity_ppm", "must not fall as severity grows")
    severities = {rule.severity for rule in parameters.events}
    require(severities <= set(range(GRAVEST + 1)), "events", "severity must be 0 to 3")


def _check_signal(signal: Signal | None) -> None:
    if signal is not None:
        values = [signal.negative_ppm, *signal.events_ppm.values()]
        require(bool(signal.events_ppm), "signal", "must have events")
        require(all(0 <= value <= PPM for value in values), "signal", "must be in ppm")
