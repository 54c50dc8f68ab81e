"""What `fourfold.verdict` says of results, in figures and in a sentence."""

from __future__ import annotations

import math
import random
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfold import FourfoldError, Verdict, verdict


def results(
    *pairs: tuple[object, object], arms: tuple[object, object] = (3, 4)
) -> list[tuple[object, ...]]:
    return [
        (arm, test, 0, score)
        for test, pair in enumerate(pairs)
        for arm, score in zip(arms, pair, strict=True)
    ]


WIN, LOSS, BOTH, NEITHER = (False, True), (True, False), (True, True), (False, False)


def mixed(wins: int, losses: int, count: int, seed: int = 75) -> list[tuple[object, ...]]:
    """So many pairs of v3 and v4, in an order that is drawn."""
    pairs = [WIN] * wins + [LOSS] * losses + [BOTH] * (count - wins - losses)
    random.Random(seed).shuffle(pairs)
    return results(*pairs)


@pytest.mark.parametrize(
    ("wins", "losses", "count", "sentence"),
    [
        (
            11,
            1,
            46,
            "v4 passes more often than v3 on these tests: +22 points (+1 to +45), "
            "decided after 42 of 46 pairs.",
        ),
        (
            36,
            10,
            200,
            "v4 passes more often than v3 on these tests: +13 points (+3 to +24), "
            "decided after 80 of 200 pairs.",
        ),
        (10, 4, 200, "Not decided after 200 pairs: +3 points (−3 to +10)."),
        (
            0,
            0,
            200,
            "v4 passes as often as v3 on these tests, within 5 points: 0 points (−3 to +3), "
            "decided after 105 of 200 pairs.",
        ),
        (1, 0, 1, "Not decided after 1 pair: +100 points (−97 to +100)."),
    ],
)
def test_sentences(wins: int, losses: int, count: int, sentence: str) -> None:
    found = verdict(mixed(wins, losses, count, seed=14 if wins == 10 else 75))
    assert found.sentence == found.pairs[0].sentence == sentence
    assert (found.pairs[0].wins, found.pairs[0].losses) == (wins, losses)
    assert found.pairs[0].pairs == count
    assert found.pairs[0].difference == pytest.approx((wins - losses) / count)


def test_the_other_side_is_the_mirror_image() -> None:
    better = verdict(mixed(11, 1, 46)).pairs[0]
    turned = [(7 - arm, test, repeat, score) for arm, test, repeat, score in mixed(11, 1, 46)]
    worse = verdict(sorted(turned, key=lambda result: (result[1], result[0]))).pairs[0]
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert (worse.low, worse.high) == (pytest.approx(-better.high), pytest.approx(-better.low))
    assert worse.evidence == pytest.approx(better.evidence)
    assert worse.sentence == (
        "v4 passes less often than v3 on these tests: −22 points (−45 to −1), "
        "decided after 42 of 46 pairs."
    )


def test_nothing_can_be_said_of_nothing() -> None:
    assert verdict([]) == Verdict((), (), "There are no results yet.")
    one = verdict([(3, "a", 0, True)])
    assert one.pairs == ()
    assert one.sentence == (
        "v3 has 100 % (1 to 100) on these tests after 1 run, and nothing to be compared with."
    )
    both = verdict([(3, "a", 0, True), (4, "b", 0, True)]).pairs[0]
    assert (both.verdict, both.pairs, both.low, both.high) == ("undecided", 0, -1, 1)
    assert both.sentence == "No pair of v3 and v4 has been had yet."


def test_pairs_count_up_to_the_first_that_is_open() -> None:
    drawn = results(*[WIN] * 40)
    del drawn[21]  # v4's answer to the eleventh test is still to come
    assert verdict(drawn).pairs[0].pairs == 10
    assert verdict(results(*[WIN] * 40)).pairs[0].pairs == 40


def test_the_order_within_a_pair_does_not_matter_and_arms_may_come_one_after_the_other() -> None:
    drawn = mixed(20, 5, 60)
    expected = verdict(drawn).pairs
    by_arm = sorted(drawn, key=lambda result: result[0])
    assert verdict(by_arm).pairs == expected
    assert verdict(iter(drawn)).pairs == expected


def test_what_is_missing_for_one_side_counts_against_the_claim() -> None:
    wins = [WIN] * 12
    assert verdict(results(*wins)).pairs[0].verdict == "better"
    missing = verdict(results(*[(True, None)] * 12, *wins)).pairs[0]
    assert missing.verdict == "undecided"
    assert (missing.pairs, missing.missing, missing.wins) == (24, 12, 12)
    assert missing.difference == 1
    as_losses = verdict(results(*[LOSS] * 12, *wins)).pairs[0]
    assert missing.low == pytest.approx(as_losses.low)
    assert missing.sentence == (
        "Not decided after 24 pairs, 12 of them missing on one side: +100 points (−58 to +100)."
    )
    no_longer_equal = verdict(results(*[BOTH] * 200, *[(None, True)] * 10)).pairs[0]
    assert no_longer_equal.verdict == "equal"  # it was proven before
    assert verdict(results(*[(None, True)] * 10, *[BOTH] * 200)).pairs[0].verdict == "undecided"


def test_what_is_missing_for_both_sides_says_nothing() -> None:
    had = mixed(11, 1, 46)
    planned = had + [(arm, test, 0, None) for test in range(46, 200) for arm in (3, 4)]
    found = verdict(planned).pairs[0]
    assert (found.pairs, found.missing, found.verdict) == (46, 0, "better")
    assert found.sentence.endswith("decided after 42 of 200 pairs.")


def test_a_missing_run_that_is_asked_again_keeps_its_place() -> None:
    drawn = mixed(11, 1, 46)
    again = [(arm, test, repeat, None) for arm, test, repeat, _ in drawn[:6]] + drawn[6:]
    assert verdict(again + drawn[:6]) == verdict(drawn)


def test_a_claim_stays_however_the_rest_turns_out() -> None:
    drawn = results(*[WIN] * 40, *[LOSS] * 400)
    found = verdict(drawn).pairs[0]
    assert found.verdict == "better"
    assert 0 < found.low <= found.high
    assert found.sentence.endswith("; later pairs contradict it.")


@pytest.mark.parametrize("score", [1.5, -0.1, math.nan, math.inf, "yes", [], 2])
def test_what_is_no_score_is_refused(score: object) -> None:
    with pytest.raises(FourfoldError, match="A score is a bool, a number from 0 to 1 or None"):
        verdict([(3, "a", 0, score)])


@pytest.mark.parametrize("argument", [{"alpha": 0}, {"alpha": 1}, {"margin": -1}, {"margin": 2}])
def test_arguments_that_cannot_be_are_refused(argument: dict[str, float]) -> None:
    with pytest.raises(FourfoldError, match=next(iter(argument))):
        verdict([], **argument)


def test_two_scores_of_one_run_are_refused() -> None:
    with pytest.raises(FourfoldError, match="3 has two scores for repeat 0 of test 'a'"):
        verdict([(3, "a", 0, True), (3, "a", 0, True)])


def test_scores_between_0_and_1_are_held_against_each_other() -> None:
    draw = random.Random(1)
    drawn = results(*[(draw.uniform(0, 0.6), draw.uniform(0.4, 1)) for _ in range(60)])
    found = verdict(drawn)
    pair = found.pairs[0]
    assert pair.sentence.startswith("v4 scores higher than v3 on these tests: +38 points (+")
    assert 0 < pair.low < pair.difference < pair.high
    assert found.arms[0].score == pytest.approx(0.3, abs=0.1)
    assert found.arms[0].low < found.arms[0].score < found.arms[0].high
    same = verdict(results(*[(0.3, 0.3)] * 120)).pairs[0]
    assert same.sentence.startswith("v4 scores as high as v3 on these tests, within 5 points: 0")


def drawn_of(rates: list[float], count: int, seed: int = 0) -> list[tuple[int, int, int, bool]]:
    draw = random.Random(seed)
    return [
        (arm, test, repeat, draw.random() < rate)
        for repeat, test in product(range(count // 50), range(50))
        for arm, rate in enumerate(rates, 1)
    ]


def test_with_several_arms_more_is_asked() -> None:
    drawn = drawn_of([0.5, 0.8], 100)
    two = verdict(drawn).pairs[0]
    three = verdict(drawn + [(3, test, repeat, s) for _, test, repeat, s in drawn[::2]]).pairs[0]
    assert three.low < two.low < two.high < three.high
    assert verdict(drawn, alpha=0.05 / 3).pairs[0].low == pytest.approx(three.low)


def test_several_arms_in_one_sentence() -> None:
    assert verdict(drawn_of([0.5, 0.5, 0.9, 0.6], 300)).sentence == (
        "v3 is better than v1, v2 and v4 on these tests: +27 points (+14 to +40) against v4, "
        "the closest."
    )
    assert verdict(drawn_of([0.9, 0.9, 0.2], 200)).sentence == (
        "Not decided between v1 and v2 after 200 pairs; beaten: v3."
    )
    assert verdict(drawn_of([1, 1, 1], 200)).sentence == (
        "v1, v2 and v3 are equal on these tests, within 5 points."
    )
    assert verdict(drawn_of([1, 1, 0], 200), margin=0.1).sentence == (
        "v1 and v2 are equal on these tests, within 10 points; beaten: v3."
    )
    pair = verdict(drawn_of([0.9, 0.9, 0.2], 200)).pairs[0]
    assert pair.sentence.startswith("Not decided between v1 and v2 after 200 pairs: ")


def test_with_a_baseline_only_pairs_with_it_are_looked_at() -> None:
    drawn = drawn_of([0.9, 0.5, 0.92], 100)
    found = verdict(drawn, baseline=1)
    assert [(pair.a, pair.b) for pair in found.pairs] == [(1, 2), (1, 3)]
    assert found.sentence.startswith("Held against v1 on these tests, v2 is worse at −")
    assert " and v3 is not decided at " in found.sentence
    two = verdict(drawn_of([0.9, 0.5], 100), baseline=2)
    assert [(pair.a, pair.b) for pair in two.pairs] == [(2, 1)]
    assert two.sentence.startswith("v1 passes more often than v2 on these tests")
    early = verdict(drawn_of([0.9], 50), baseline="git:main")
    assert [(pair.a, pair.pairs) for pair in early.pairs] == [("git:main", 0)]


def test_a_dropped_arm_holds_nothing_back() -> None:
    drawn = [result for result in drawn_of([0.2, 0.9, 0.9], 200) if result[0] > 1 or result[2] == 0]
    found = verdict(drawn)
    assert [pair.pairs for pair in found.pairs] == [50, 50, 200]


def test_each_arm_has_its_rate_with_an_interval() -> None:
    arm = verdict([(4, test, 0, None if test < 5 else test % 10 > 0) for test in range(105)]).arms[
        0
    ]
    assert (arm.arm, arm.runs, arm.missing, arm.passed) == (4, 100, 5, 90)
    assert arm.rate == arm.score == 0.9
    assert 0.7 < arm.low < 0.9 < arm.high < 1


RESULTS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.integers(0, 8),
        st.integers(0, 2),
        st.one_of(st.none(), st.booleans(), st.floats(0, 1)),
    ),
    unique_by=lambda result: result[:3],
)


@settings(max_examples=60, deadline=None)
@given(RESULTS, st.sampled_from([0.01, 0.05, 0.9]), st.sampled_from([0.0, 0.05, 0.5]))
def test_verdict_and_interval_never_contradict_each_other(
    drawn: list[tuple[str, int, int, float | None]], alpha: float, margin: float
) -> None:
    for pair in verdict(drawn, alpha=alpha, margin=margin).pairs:
        assert -1 <= pair.low <= pair.high <= 1
        assert (pair.verdict == "better") == (pair.low > 0)
        assert (pair.verdict == "worse") == (pair.high < 0)
        if pair.verdict == "equal":
            assert -margin < pair.low <= pair.high < margin
        assert (pair.decided is None) == (pair.verdict == "undecided")
        assert pair.decided is None or 1 <= pair.decided <= pair.pairs


def test_what_was_said_is_not_taken_back() -> None:
    drawn = mixed(30, 3, 80)
    said, low, high = "undecided", -1.0, 1.0
    for count in range(2, len(drawn) + 1):
        pair = verdict(drawn[:count]).pairs[0]
        assert low - 1e-9 <= pair.low <= pair.high <= high + 1e-9
        assert said in ("undecided", pair.verdict)
        said, low, high = pair.verdict, pair.low, pair.high
    assert said == "better"


def test_twenty_thousand_results_take_no_time() -> None:
    """A loose limit for any machine; `make bench` has the figures."""
    drawn = drawn_of([0.7, 0.72], 10_000)
    begun = time.process_time()
    verdict(drawn)
    assert time.process_time() - begun < 0.5
