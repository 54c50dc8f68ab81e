"""How figures are written for people: the same in lenses, documents and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

NOTHING = "–"
"""Stands where a figure is not known."""

_MINUTE_S = 60
_SMALLEST_USD = 0.0001
_HALF_A_DAY_MIN = 12 * 60
_MONTH_DAYS = 30


def seconds(milliseconds: float | None) -> str:
    """`1.2 s`; `0.04 s` below a tenth, `2 min 5 s` from a minute on."""
    if milliseconds is None:
        return NOTHING
    value = milliseconds / 1000
    if round(value) >= _MINUTE_S:
        minutes, rest = divmod(round(value), _MINUTE_S)
        return f"{minutes:,} min {rest} s"
    return f"{value:.1f} s" if value >= 0.1 or value == 0 else f"{value:.2f} s"  # noqa: PLR2004


def count(number: int | None) -> str:
    """`12,345`."""
    return NOTHING if number is None else f"{number:,}"


def tokens(number: int | None) -> str:
    """`340 tokens`."""
    return counted(number, "token")


def counted(number: int | None, noun: str) -> str:
    """`1 line`, `2 lines`: a number of things whose plural ends in s."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """`v1`, `v1 and v2`, `v1, v2 and v3`."""
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def dollars(amount: float | None) -> str:
    """`$0.0004`; two decimals from a dollar on, `<$0.0001` for less than can be shown."""
    if amount is None:
        return NOTHING
    if amount == 0:
        return "$0"
    if amount < _SMALLEST_USD:
        return f"<${_SMALLEST_USD}"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def versions(numbers: Iterable[int]) -> str:
    """`v2–v5`; `v1, v3–v5` where some between are gone."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    return ", ".join(f"v{one[0]}–v{one[-1]}" if len(one) > 1 else f"v{one[0]}" for one in ranges)


def went(number: int, runs: int) -> str:
    """`v1 went with 12 runs to make room`."""
    having = f" with {counted(runs, 'run')}" if runs else ""
    return f"v{number} went{having} to make room"


def line_changes(added: int, removed: int) -> str:
    """`+3 −1`."""
    return f"+{added:,} −{removed:,}"


def local_time(moment: datetime | None) -> str:
    """`2026-11-22 17:39`, in the time zone of this machine."""
    return NOTHING if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


def exact_time(moment: datetime) -> str:
    """`2026-11-22 17:39:05`, where two may be of one minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def ago(moment: datetime, now: datetime) -> str:
    """`just now`, `5 minutes ago`, `3 hours ago`, `yesterday`, `3 days ago`; after a month the day,
    both as seen on this machine."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    days = (now.astimezone().date() - moment.astimezone().date()).days
    if days > _MONTH_DAYS:
        return f"on {moment.astimezone():%Y-%m-%d}"
    if days > 1:
        return f"{days} days ago"
    if days == 1 and minutes >= _HALF_A_DAY_MIN:
        return "yesterday"
    hours = minutes // 60
    return f"{counted(hours, 'hour')} ago" if hours else f"{counted(minutes, 'minute')} ago"


def result(duration_ms: float | None, output_tokens: int | None, cost_usd: float | None) -> str:
    """`1.2 s · 340 tokens · $0.0004`, without what is not known."""
    parts = [
        text
        for value, text in (
            (duration_ms, seconds(duration_ms)),
            (output_tokens, tokens(output_tokens)),
            (cost_usd, dollars(cost_usd)),
        )
        if value is not None
    ]
    return " · ".join(parts)
