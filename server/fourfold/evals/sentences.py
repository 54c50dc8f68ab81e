"""What a verdict says, in one sentence: which arm, by how much, on what evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.text.figures import counted, listed

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from fourfold.evals.pairing import Pairs
    from fourfold.evals.verdict import Arm, Pair

_SMALLEST = 0.01  # points


def of_pair(pair: Pair, pairs: Pairs, margin: float, contradicted: bool, alone: bool) -> str:
    """`v4 passes more often than v3 on these tests: +22 points (+1 to +45), decided after 46 of
    200 pairs.` Where the pair is not `alone`, both arms are named even if nothing is decided."""
    a, b = name(pair.a), name(pair.b)
    if not pair.pairs:
        return f"No pair of {a} and {b} has been had yet."
    amount = _amount(pair)
    if pair.verdict == "undecided":
        among = "" if alone else f" between {a} and {b}"
        after = _after(pair.pairs, pairs)
        return f"Not decided{among} after {after}: {amount}."
    if pair.verdict == "equal":
        verb = "scores as high as" if pairs.graded else "passes as often as"
        claim = f"{b} {verb} {a} on these tests, within {_size(margin * 100)}"
    else:
        verbs = _GRADED if pairs.graded else _PASSING
        claim = f"{b} {verbs[pair.verdict]} than {a} on these tests"
    doubt = "; later pairs contradict it" if contradicted else ""
    after = _after(pair.decided or pair.pairs, pairs)
    return f"{claim}: {amount}, decided after {after}{doubt}."


def of_all(arms: Sequence[Arm], pairs: Sequence[Pair], margin: float) -> str:
    """The sentence of the only pair; of more, who is ahead of whom."""
    if len(pairs) == 1:
        return pairs[0].sentence
    if not arms:
        return "There are no results yet."
    if not pairs:
        return _of_one(arms[0])
    if any(pair.a != pairs[0].a for pair in pairs):
        return _of_several([arm.arm for arm in arms], pairs, margin)
    return _against_baseline(pairs)


def name(arm: Hashable) -> str:
    """How an arm is written: the number of a version as v4, anything else as it is."""
    return f"v{arm}" if type(arm) is int else str(arm)


_PASSING = {"better": "passes more often", "worse": "passes less often"}
_GRADED = {"better": "scores higher", "worse": "scores lower"}


def _of_one(arm: Arm) -> str:
    if arm.score is None:
        return f"{name(arm.arm)} has no results yet."
    interval = f"{arm.low * 100:.0f} to {arm.high * 100:.0f}"
    return (
        f"{name(arm.arm)} has {arm.score * 100:.0f} % ({interval}) on these tests after "
        f"{counted(arm.runs, 'run')}, and nothing to be compared with."
    )


def _against_baseline(pairs: Sequence[Pair]) -> str:
    words = {"better": "better", "worse": "worse", "equal": "equal", "undecided": "not decided"}
    parts = [f"{name(pair.b)} is {words[pair.verdict]} at {_amount(pair)}" for pair in pairs]
    return f"Held against {name(pairs[0].a)} on these tests, {listed(parts)}."


def _of_several(arms: Sequence[Hashable], pairs: Sequence[Pair], margin: float) -> str:
    decided = [pair for pair in pairs if pair.verdict in _PASSING]
    beaten = {pair.b if pair.verdict == "worse" else pair.a for pair in decided}
    ahead = [arm for arm in arms if arm not in beaten]
    if len(ahead) == 1:
        behind = listed(name(arm) for arm in arms if arm in beaten)
        closest = min(
            (pair for pair in decided if ahead[0] in (pair.a, pair.b)),
            key=lambda pair: abs(pair.difference),
        )
        turned = closest.a == ahead[0]
        other = name(closest.b if turned else closest.a)
        amount = _amount(closest, turned=turned)
        return (
            f"{name(ahead[0])} is better than {behind} on these tests: {amount} against {other}, "
            "the closest."
        )
    among = [pair for pair in pairs if pair.a in ahead and pair.b in ahead]
    names = listed(name(arm) for arm in ahead)
    behind = listed(name(arm) for arm in arms if arm in beaten)
    rest = f"; beaten: {behind}" if behind else ""
    if ahead and all(pair.verdict == "equal" for pair in among):
        return f"{names} are equal on these tests, within {_size(margin * 100)}{rest}."
    most = max(pair.pairs for pair in pairs)
    return f"Not decided between {names} after {counted(most, 'pair')}{rest}."


def _amount(pair: Pair, *, turned: bool = False) -> str:
    """`+22 points (+1 to +45)`; `turned` from the other arm's side."""
    figures = (pair.difference, pair.low, pair.high)
    if turned:
        figures = (-pair.difference, -pair.high, -pair.low)
    difference, low, high = (_signed(figure * 100) for figure in figures)
    return f"{difference} {_noun(difference)} ({low} to {high})"


def _after(count: int, pairs: Pairs) -> str:
    """`46 of 200 pairs, 3 of them missing on one side`."""
    of = f"{count:,} of " if count < pairs.drawn else ""
    missing = f", {pairs.missing:,} of them missing on one side" if pairs.missing else ""
    return f"{of}{counted(pairs.drawn, 'pair')}{missing}"


def _signed(points: float) -> str:
    """`+22`, `−3`, `0`; with decimals where rounding would make it nothing."""
    if not points:
        return "0"
    size = f"{abs(points):.0f}"
    if size == "0":
        size = f"{max(abs(points), _SMALLEST):.2f}".rstrip("0")
    return f"{'−' if points < 0 else '+'}{size}"


def _size(points: float) -> str:
    size = f"{points:g}"
    return f"{size} {_noun(size)}"


def _noun(figure: str) -> str:
    return "point" if figure.lstrip("+−") == "1" else "points"
