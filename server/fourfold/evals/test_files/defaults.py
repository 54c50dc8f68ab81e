"""What `defaultTest` adds to every test, and the cases that a test comes to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fourfold.evals.cases import Assertion, AssertionSet
from fourfold.evals.judges import JUDGED, purpose_of
from fourfold.evals.test_files.tests_file import PlacedCase
from fourfold.evals.test_files.variables import MOST_CASES, expanded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.evals.cases import TestCase
    from fourfold.evals.test_files.tests_file import Findings


@dataclass(frozen=True, slots=True)
class Defaults:
    """What `defaultTest` says, and where in the file of the tests the names of its variables stand,
    as offsets; with `refused`, no test can be run."""

    variables: dict[str, Any] = field(default_factory=dict)
    assertions: tuple[Assertion | AssertionSet, ...] = ()
    threshold: float | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def elsewhere(self) -> Defaults:
        """For the tests of another file."""
        return replace(self, places={})

    def cases(
        self,
        own: TestCase,
        options: dict[str, Any],
        span: tuple[int, int],
        refused: str | None,
        findings: Findings,
        places: Mapping[str, tuple[int, int]] | None = None,
    ) -> list[PlacedCase]:
        """The cases of a test that stands at `span`, and the names of its variables at `places`,
        and that has these `options`, put together with the defaults: more than one where its
        variables expand."""
        options = {**self.options, **options}
        defaults = () if options.get("disableDefaultAsserts") else self.assertions
        case = replace(
            own,
            variables={**self.variables, **own.variables},
            assertions=tuple(_asking(one, options) for one in (*defaults, *own.assertions)),
            threshold=self.threshold if own.threshold is None else own.threshold,
            repeat=options.get("repeat", 1),
            transform=options.get("transform"),
            metadata={**self.metadata, **own.metadata},
        )
        refused = refused or self.refused
        if not case.assertions and refused is None:
            message = f"{case.name} asserts nothing: give it something to hold."
            refused = findings.error(*span, "no-assertions", message)
        cases = [case] if options.get("disableVarExpansion") else expanded(case)
        if len(cases) > MOST_CASES:
            message = f"{case.name} makes more than {MOST_CASES:,} cases: shorten its lists."
            refused = findings.error(*span, "too-many", message)
            cases = [case]
        place = findings.range(*span)
        named = {**self.places, **(places or {})}
        variables = {name: findings.range(*at) for name, at in named.items()}
        return [PlacedCase(one, place, refused, variables) for one in cases]


def _asking(
    assertion: Assertion | AssertionSet, options: dict[str, Any]
) -> Assertion | AssertionSet:
    """The assertion with what the options say of judges, where it is silent and asks one."""
    if isinstance(assertion, AssertionSet):
        parts = tuple(_judged(one, options) for one in assertion.assertions)
        return replace(assertion, assertions=parts)
    return _judged(assertion, options)


def _judged(assertion: Assertion, options: dict[str, Any]) -> Assertion:
    if assertion.type not in JUDGED:
        return assertion
    prompt = assertion.rubric_prompt
    return replace(
        assertion,
        judge=assertion.judge or options.get(purpose_of(assertion.type)),
        rubric_prompt=options.get("rubricPrompt") if prompt is None else prompt,
        scores=options.get("factuality"),
    )
