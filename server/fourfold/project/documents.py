"""The virtual documents of a workspace folder: their URIs and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

SCHEME = "fourfold"

DocumentKind = Literal["version", "response", "run", "comparison"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a step: a version's prompt, a version's latest response, one run, or a
    comparison. `versions` are its versions, one but for a comparison; `suffix` is the prompt
    file's; `run` is a run's id.
    """

    kind: DocumentKind
    step: str
    versions: tuple[int, ...] = ()
    run: str = ""
    suffix: str = ".md"

    @property
    def path(self) -> str:
        """Unique within a folder, and with the suffix of its language: version/a/b.v3.md."""
        labels = "-".join(f"v{number}" for number in self.versions)
        return f"{self.kind}/{self.step}.{self.run or labels}{self.suffix}"

    def uri(self, folder_key: str) -> str:
        """fourfold:/FOLDER_KEY/PATH, percent-encoded."""
        return f"{SCHEME}:/{folder_key}/{quote(self.path)}"


_PATH = re.compile(
    r"(?P<kind>version|response|run|comparison)/(?P<step>.+)"
    r"\.(?P<which>v[0-9]{1,9}(?:-v[0-9]{1,9})*|[0-9a-v]{16})(?P<suffix>\.\w+)",
    re.DOTALL,
)
_RUN_ID = re.compile("[0-9a-v]{16}")


def parse_path(path: str) -> Document | None:
    """The document with that path; None where there cannot be one."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    kind, step, which, suffix = match.group("kind", "step", "which", "suffix")
    if kind == "run":
        return Document("run", step, run=which, suffix=suffix) if _RUN_ID.fullmatch(which) else None
    if _RUN_ID.fullmatch(which):
        return None
    versions = tuple(int(label[1:]) for label in which.split("-"))
    return Document(kind, step, versions, suffix=suffix)  # type: ignore[arg-type]


def parse_uri(uri: str) -> tuple[str, Document] | None:
    """(folder key, document) of a URI, however the client has encoded it."""
    path = unquote(uri.removeprefix(f"{SCHEME}:")).lstrip("/")
    key, _, rest = path.partition("/")
    document = parse_path(rest)
    return None if document is None else (key, document)
