"""The virtual documents of a workspace folder: their URIs and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import quote, unquote

SCHEME = "fourfold"
_UNQUOTED = re.compile(r"[\w./~-]*", re.ASCII)

DocumentKind = Literal[
    "history",
    "version",
    "response",
    "run",
    "answer",
    "comparison",
    "test-report",
    "rendering",
    "workflow",
    "workflow-comparison",
]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a step: its history, a version's prompt, a version's latest response, one
    run, the answer of one run alone, a comparison of versions, what tests have shown, or what a run
    would send now. Or one of the workflow: how it stands, or a comparison of two of its runs.

    `versions` are the step's versions, one but for a comparison, none for its history; `suffix` is
    the prompt file's; `run` is a run's id (in a comparison one of the test whose answers are
    compared), that of a test report, or the two of workflow runs with a dash between.
    """

    kind: DocumentKind
    step: str = ""
    versions: tuple[int, ...] = ()
    run: str = ""
    suffix: str = ".md"

    @property
    def path(self) -> str:
        """Unique within a folder, and with the suffix of its language: version/a/b.v3.md."""
        if self.kind == "workflow":
            return "workflow/workflow.md"
        if self.kind == "workflow-comparison":
            return f"workflow-comparison/{self.run}.md"
        if self.kind == "history":
            return f"history/{self.step}.md"
        labels = "-".join(f"v{number}" for number in self.versions)
        about = ".".join(one for one in (labels, self.run) if one) or "now"
        return f"{self.kind}/{self.step}.{about}{self.suffix}"

    def uri(self, folder_key: str) -> str:
        """fourfold:/FOLDER_KEY/PATH, percent-encoded."""
        path = self.path
        quoted = path if _UNQUOTED.fullmatch(path) else quote(path)  # which takes ten times as long
        return f"{SCHEME}:/{folder_key}/{quoted}"


RUN_ID = "[0-9a-v]{16}"
_OF_VERSIONS = re.compile(
    r"(version|response|comparison)/(.+)\.(v[0-9]{1,9}(?:-v[0-9]{1,9})*)"
    rf"(?:\.({RUN_ID}))?(\.\w+(?:\.\w+)?)",
    re.DOTALL,
)
_OF_STEP = re.compile(r"history/(.+)\.md", re.DOTALL)
_OF_RUN = re.compile(rf"(run|answer|test-report)/(.+)\.({RUN_ID})(\.\w+(?:\.\w+)?)", re.DOTALL)
_OF_NOW = re.compile(r"rendering/(.+)\.now\.md", re.DOTALL)
_OF_WORKFLOW_RUNS = re.compile(rf"workflow-comparison/({RUN_ID}-{RUN_ID})\.md")


def parse_path(path: str) -> Document | None:
    """The document with that path; None where there cannot be one."""
    if path == Document("workflow").path:
        return Document("workflow")
    if (found := _OF_STEP.fullmatch(path)) is not None:
        return Document("history", found[1])
    if (found := _OF_WORKFLOW_RUNS.fullmatch(path)) is not None:
        return Document("workflow-comparison", run=found[1])
    if (found := _OF_NOW.fullmatch(path)) is not None:
        return Document("rendering", found[1])
    if (found := _OF_RUN.fullmatch(path)) is not None:
        kind, step, run, suffix = found.groups()
        return Document(cast("DocumentKind", kind), step, run=run, suffix=suffix)
    if (found := _OF_VERSIONS.fullmatch(path)) is not None:
        kind, step, labels, run, suffix = found.groups()
        versions = tuple(int(label[1:]) for label in labels.split("-"))
        return Document(cast("DocumentKind", kind), step, versions, run or "", suffix)
    return None


def parse_uri(uri: str) -> tuple[str, Document] | None:
    """(folder key, document) of a URI, however the client has encoded it."""
    path = unquote(uri.removeprefix(f"{SCHEME}:")).lstrip("/")
    key, _, rest = path.partition("/")
    document = parse_path(rest)
    return None if document is None else (key, document)
