"""`promptfooconfig.yaml` as the tests of the prompts that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.evals.test_files.case_reader import CaseReader
from fourfold.evals.test_files.defaults import Defaults
from fourfold.evals.test_files.json_nodes import read_json_nodes
from fourfold.evals.test_files.names import KINDS
from fourfold.evals.test_files.node_file import unreadable
from fourfold.evals.test_files.reading import read_tests
from fourfold.evals.test_files.references import References
from fourfold.evals.test_files.tests_file import Findings, TestsFile
from fourfold.evals.values import FILE
from fourfold.source.yaml_nodes import read_yaml
from fourfold.text.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.source.problem import Problem, Range
    from fourfold.source.yaml_nodes import Node

# What does not change which tests there are, or how they are graded.
_ASIDE = frozenset(
    ("$schema", "assertionTemplates", "commandLineOptions", "description", "env",
     "evaluateOptions", "metadata", "outputPath", "providers", "sharing", "tags", "targets",
     "writeLatestResults")
)  # fmt: skip
# A word with a folder in it, or that ends as names of files do, perhaps with a function behind.
_LIKE_A_PATH = re.compile(r"[^\s{}]*[/\\*][^\s{}]*|[^\s{}]+\.[A-Za-z][A-Za-z0-9]{0,6}(?::[\w.]+)?")
_READ = ("prompts", "tests", "defaultTest")
_OF_PROMPTFOO = frozenset(
    ("derivedMetrics", "extensions", "nunjucksFilters", "redteam", "scenarios")
)


@dataclass(frozen=True, slots=True)
class NamedPrompt:
    """A prompt that a configuration names by the path of its file, or whose text it holds itself
    (`path` is "" then), and its label there."""

    path: str
    text: str
    label: str | None
    range: Range


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The prompts, and their tests by the file in which they stand; "" is the configuration.
    `places` are where it names the others."""

    prompts: list[NamedPrompt] = field(default_factory=list)
    tests: dict[str, TestsFile] = field(default_factory=dict)
    places: dict[str, Range] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """Those in the configuration itself."""
        return self.tests[""].problems


def read_config(name: str, text: str, files: ReferencedFiles) -> ConfigFile:
    """What a configuration with this file name holds. Never fails."""
    findings = Findings(text)
    own = TestsFile([], findings.problems)
    config = ConfigFile([], {"": own})
    nodes = read_json_nodes(text) if name.lower().endswith(".json") else read_yaml(text)
    root, error = nodes
    if error is not None or root is None or root.kind != "mapping":
        if error is None:
            end = len(text)
            findings.error(0, end, "shape", "A configuration is a mapping of keys to values.")
        else:
            unreadable(findings, error, len(text))
        return config
    references = References(root, findings)
    tests, default = (
        None if node is None else references.filled(node)
        for node in (root.get("tests"), root.get("defaultTest"))
    )
    _check_keys(root, references.named, findings)
    reader = CaseReader(findings, files)
    for node in _items(root.get("prompts")):
        _add_prompt(node, config, files, findings)
    defaults = _defaults(default, reader, files, findings)
    for number, node in enumerate(_items(tests), 1):
        if node.kind == "scalar":
            _add_file(node, config, files, defaults, findings)
        else:
            own.add(reader.cases(node, number, defaults), findings)
    return config


def _items(node: Node | None) -> list[Node]:
    """The items of a list, or the one thing that stands where a list may."""
    if node is None or node.is_null:
        return []
    return node.items if node.kind == "sequence" else [node]


def _check_keys(root: Node, named: Collection[str], findings: Findings) -> None:
    for key, _ in root.pairs:
        if key.text in _ASIDE or key.text in _READ or key.text in named:
            continue
        if key.text in _OF_PROMPTFOO:
            message = f"{key.text} of promptfoo is not supported here."
        else:
            near = nearest(key.text, [*_READ, *_ASIDE])
            message = f"There is no {key.text} in a configuration"
            message += "." if near is None else f": did you mean {near}?"
        findings.error(key.start, key.end, "unknown-key", message)


def _add_prompt(node: Node, config: ConfigFile, files: ReferencedFiles, findings: Findings) -> None:
    label = node.get("label")
    named = node if node.kind == "scalar" else node.get("raw") or node.get("id")
    if named is None or named.kind != "scalar" or not named.text.strip():
        message = "A prompt is a text, or the path of a file that holds it."
        findings.error(node.start, node.end, "shape", message)
        return
    try:
        paths = _paths(named.text, files)
    except FourfoldError as error:
        findings.error(node.start, node.end, "file", str(error))
        return
    place = findings.range(node.start, node.end)
    name = label.text if label is not None else None
    if paths is None:
        config.prompts.append(NamedPrompt("", named.text, name, place))
    else:
        config.prompts.extend(NamedPrompt(path, "", name, place) for path in paths)


def _paths(text: str, files: ReferencedFiles) -> list[str] | None:
    """The files that a prompt stands for; None where it is a text. Raises FourfoldError."""
    path = text.removeprefix(FILE)
    if not text.startswith(FILE) and not _LIKE_A_PATH.fullmatch(text):
        return None
    if "*" not in path:
        return [path]
    found = [one.removeprefix(FILE) for one in files.matching(path)]
    if not found:
        raise FourfoldError(f"There are no files like {path}.")
    return found


def _defaults(
    node: Node | None, reader: CaseReader, files: ReferencedFiles, findings: Findings
) -> Defaults:
    if node is None or node.kind != "scalar" or node.is_null:
        return reader.defaults(node)
    try:
        text = files.text(node.text)
    except FourfoldError as error:
        return Defaults(refused=findings.error(node.start, node.end, "file", str(error)))
    root, wrong = read_yaml(text)
    inner = Findings(text)
    if wrong is not None:
        unreadable(inner, wrong, len(text))
    defaults = CaseReader(inner, files).defaults(root).elsewhere()
    if inner.problems:
        message = f"{node.text}: {inner.problems[0].message}"
        return Defaults(refused=findings.error(node.start, node.end, "file", message))
    return defaults


def _add_file(
    node: Node, config: ConfigFile, files: ReferencedFiles, defaults: Defaults, findings: Findings
) -> None:
    path = node.text.removeprefix(FILE)
    if not path.lower().endswith(KINDS):
        message = f"Tests are read from files that end with {', '.join(KINDS)}."
        findings.error(node.start, node.end, "file", message)
        return
    try:
        paths = files.matching(path) if "*" in path else [path]
        for found in paths:
            name = found.removeprefix(FILE)
            text = files.text(found)
            config.tests[name] = read_tests(name, text, files, defaults.elsewhere())
            config.places[name] = findings.range(node.start, node.end)
    except FourfoldError as error:
        findings.error(node.start, node.end, "file", str(error))
