"""Reads one test case of promptfoo's schema, and what `defaultTest` adds to all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from fourfold.errors import FourfoldError
from fourfold.evals.assertions.factuality import ANSWERS
from fourfold.evals.assertions.registry import names
from fourfold.evals.cases import Assertion, AssertionSet, TestCase
from fourfold.evals.judges import Purpose, judge_of, purpose_of
from fourfold.evals.missing import MISSING
from fourfold.evals.test_files.defaults import Defaults
from fourfold.evals.test_files.variables import read_variable
from fourfold.evals.values import FILE
from fourfold.evals.yaml_values import value_of
from fourfold.source.yaml_nodes import YamlError
from fourfold.text.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.evals.outside import Judge
    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.evals.test_files.tests_file import Findings, PlacedCase
    from fourfold.source.yaml_nodes import Node

_TEST_KEYS = (
    "description", "vars", "assert", "threshold", "metadata", "options", "providerOutput",
)  # fmt: skip
_ASSERT_KEYS = (
    "type", "value", "threshold", "weight", "metric", "config", "transform", "provider",
    "rubricPrompt",
)  # fmt: skip
_SET_KEYS = ("type", "assert", "threshold", "weight", "metric")
_OPTION_KEYS = (
    "repeat", "transform", "disableVarExpansion", "disableDefaultAsserts", "provider",
    "rubricPrompt", "factuality",
)  # fmt: skip
# Without it nobody could be asked, and the response would be paid for in vain.
_WITH_VALUE = ("python", "webhook", "g-eval", "factuality", "similar")
_OF_PROMPTFOO = frozenset(
    ("assertScoringFunction", "contextTransform", "prefix", "prompts", "provider",
     "providers", "rubricPrompt", "runSerially", "storeOutputAs", "suffix",
     "transformVars")
)  # fmt: skip


class CaseReader:
    """Reads cases out of one file, noting problems in `findings`."""

    def __init__(self, findings: Findings, files: ReferencedFiles) -> None:
        self._findings = findings
        self._files = files
        self._refused: str | None = None

    def defaults(self, node: Node | None) -> Defaults:
        """Of the node of `defaultTest`, which may be missing."""
        if node is None or node.is_null:
            return Defaults()
        self._refused = None
        if not self._is_mapping(node, "defaultTest"):
            return Defaults(refused=self._refused)
        self._known_keys(node, _TEST_KEYS, "a test")
        return Defaults(
            self._variables(node.get("vars")),
            self._assertions(node.get("assert")),
            self._number(node.get("threshold"), "threshold"),
            self._mapping(node.get("metadata"), "metadata"),
            self._options(node.get("options")),
            self._refused,
            _places(node.get("vars")),
        )

    def cases(self, node: Node, number: int, defaults: Defaults) -> list[PlacedCase]:
        """The test that `node` holds, as `number` of its file; more where variables expand."""
        self._refused = None
        if not self._is_mapping(node, "A test"):
            return []
        self._known_keys(node, _TEST_KEYS, "a test")
        description, recorded = node.get("description"), node.get("providerOutput")
        case = TestCase(
            description.text if description is not None else f"test {number}",
            self._variables(node.get("vars")),
            self._assertions(node.get("assert")),
            self._number(node.get("threshold"), "threshold"),
            recorded=MISSING if recorded is None else self._value(recorded),
            metadata=self._mapping(node.get("metadata"), "metadata"),
        )
        options = self._options(node.get("options"))
        span = (node.start, node.end)
        places = _places(node.get("vars"))
        return defaults.cases(case, options, span, self._refused, self._findings, places)

    def _variables(self, node: Node | None) -> dict[str, Any]:
        values = self._mapping(node, "vars")
        for key, value_node in node.pairs if node is not None and values else ():
            try:
                values[key.text] = read_variable(values[key.text], self._files)
            except FourfoldError as error:
                self._error(value_node, "file", str(error))
        return values

    def _assertions(self, node: Node | None) -> tuple[Assertion | AssertionSet, ...]:
        if node is None or node.is_null:
            return ()
        if node.kind != "sequence":
            self._error(node, "shape", "assert is a list of assertions.")
            return ()
        read = (self._assertion(item, inside=False) for item in node.items)
        return tuple(one for one in read if one is not None)

    def _assertion(self, node: Node, *, inside: bool) -> Assertion | AssertionSet | None:
        kind = node.get("type")
        if not self._is_mapping(node, "An assertion"):
            return None
        if kind is None or kind.kind != "scalar":
            self._error(node, "no-type", "An assertion needs a type.")
            return None
        is_set = kind.text == "assert-set"
        self._known_keys(node, _SET_KEYS if is_set else _ASSERT_KEYS, "an assertion")
        threshold = self._number(node.get("threshold"), "threshold")
        weight = self._number(node.get("weight"), "weight")
        metric_node = node.get("metric")
        metric = metric_node.text if metric_node is not None else None
        weight = 1.0 if weight is None else weight
        if is_set:
            parts = self._set(node, kind, inside)
            return AssertionSet(parts, threshold, weight, metric)
        name = kind.text.removeprefix("not-")
        if name not in names():
            near = _nearest(name, names())
            self._error(
                kind, "unknown-type", f"There is no assertion of the type {kind.text}{near}"
            )
        value, config = node.get("value"), node.get("config")
        if name in _WITH_VALUE and (value is None or value.is_null):
            self._error(kind, "no-value", f"{kind.text} needs a value.")
        for named in (value, node.get("rubricPrompt"), node.get("transform")):
            self._named_file(named)
        return Assertion(
            name,
            kind.text.startswith("not-"),
            MISSING if value is None else self._value(value),
            threshold,
            weight,
            metric,
            MISSING if config is None else self._value(config),
            self._text(node.get("transform"), "transform"),
            self._judge(node.get("provider"), purpose_of(name)),
            self._given(node.get("rubricPrompt")),
        )

    def _set(self, node: Node, kind: Node, inside: bool) -> tuple[Assertion, ...]:
        parts = node.get("assert")
        if inside:
            self._error(kind, "shape", "An assert-set does not stand within another one.")
        elif parts is None or parts.kind != "sequence":
            self._error(kind, "shape", "An assert-set needs assert, a list of assertions.")
        else:
            read = (self._assertion(item, inside=True) for item in parts.items)
            return tuple(one for one in read if isinstance(one, Assertion))
        return ()

    def _options(self, node: Node | None) -> dict[str, Any]:
        options = self._mapping(node, "options")
        if node is None or not options:
            return options
        self._known_keys(node, _OPTION_KEYS, "options")
        repeat = options.get("repeat", 1)
        if isinstance(repeat, bool) or not isinstance(repeat, int) or repeat < 1:
            self._error(node.get("repeat") or node, "shape", "repeat is a number from 1 on.")
            options["repeat"] = 1
        if "transform" in options:
            options["transform"] = self._text(node.get("transform"), "transform")
        for named in ("transform", "rubricPrompt"):
            self._named_file(node.get(named))
        for purpose in get_args(Purpose):
            options[purpose] = self._judge(node.get("provider"), purpose)
        if "factuality" in options:
            options["factuality"] = self._worth(node.get("factuality"))
        return options

    def _named_file(self, node: Node | None) -> None:
        """A file that is not there is told of before a response is paid for."""
        if node is None or node.kind != "scalar" or not node.text.startswith(FILE):
            return
        try:
            self._files.value(node.text)
        except FourfoldError as error:
            self._error(node, "file", str(error))

    def _judge(self, node: Node | None, purpose: Purpose) -> Judge | None:
        try:
            return judge_of(self._given(node), purpose)
        except FourfoldError as error:
            if node is not None:
                self._error(node, "shape", str(error))
            return None

    def _given(self, node: Node | None) -> Any:
        return None if node is None or node.is_null else self._value(node)

    def _worth(self, node: Node | None) -> dict[str, float]:
        """What each answer of `factuality` is worth."""
        known = {name for name, _, _ in ANSWERS.values()}
        worth = self._mapping(node, "factuality")
        for key, value_node in node.pairs if node is not None and worth else ():
            if key.text not in known:
                why = f"There is no {key.text} in factuality{_nearest(key.text, known)}"
                self._error(key, "unknown-key", why)
            elif self._number(value_node, key.text) is None:
                worth.pop(key.text)
        return worth

    def _text(self, node: Node | None, name: str) -> str | None:
        if node is None or node.is_null:
            return None
        if node.kind != "scalar":
            self._error(node, "shape", f"{name} is a text.")
        return node.text

    def _mapping(self, node: Node | None, name: str) -> dict[str, Any]:
        if node is None or node.is_null or not self._is_mapping(node, name):
            return {}
        value = self._value(node)
        return value if isinstance(value, dict) else {}

    def _number(self, node: Node | None, name: str) -> float | None:
        if node is None or node.is_null:
            return None
        value = self._value(node)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._error(node, "shape", f"{name} is a number.")
            return None
        return value

    def _value(self, node: Node) -> Any:
        try:
            return value_of(node)
        except YamlError as error:
            self._error(node, "yaml", f"The file cannot be read further: {error}.")
            return None

    def _is_mapping(self, node: Node, name: str) -> bool:
        if node.kind == "mapping":
            return True
        self._error(node, "shape", f"{name} is a mapping of keys to values.")
        return False

    def _known_keys(self, node: Node, known: Iterable[str], what: str) -> None:
        seen = set()
        for key, _ in node.pairs:
            if key.text in seen:
                self._error(key, "duplicate-key", f"{key.text} is given twice: keep one of them.")
            seen.add(key.text)
            if key.text not in known:
                if key.text in _OF_PROMPTFOO:
                    why = f"{key.text} of promptfoo is not supported here."
                else:
                    why = f"There is no {key.text} in {what}{_nearest(key.text, known)}"
                self._error(key, "unknown-key", why)

    def _error(self, node: Node, code: str, message: str) -> None:
        self._refused = self._findings.error(node.start, node.end, code, message)


def _places(node: Node | None) -> dict[str, tuple[int, int]]:
    """Where the names of variables stand."""
    return {key.text: (key.start, key.end) for key, _ in node.pairs} if node is not None else {}


def _nearest(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return "." if near is None else f": did you mean {near}?"
