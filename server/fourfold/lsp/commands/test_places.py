"""Tests as an editor shows them, at their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.command_line import Place, Range
from fourfold.app.answers.tests import ListedTest
from fourfold.evals.cases import Assertion
from fourfold.lsp.convert import client_range
from fourfold.lsp.pygls_repairs.documents import Codec, Document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lsprotocol.types import PositionEncodingKind

    from fourfold.evals.cases import TestCase
    from fourfold.evals.test_files.tests_file import PlacedCase


def listed(
    placed: Iterable[tuple[Path, PlacedCase]], encoding: PositionEncodingKind | str
) -> list[ListedTest]:
    """The tests with their places in the client's units. Reads their files."""
    codec = Codec(encoding)
    texts: dict[Path, Document] = {}
    found = []
    for path, one in placed:
        if path not in texts:
            text = path.read_text(encoding="utf-8", errors="replace")
            texts[path] = Document(path.as_uri(), source=text, position_codec=codec)
        at = client_range(texts[path], one.range)
        found.append(
            ListedTest(
                name=one.case.name,
                uri=path.as_uri(),
                range=Range(start=Place.copied(at.start), end=Place.copied(at.end)),
                vars=list(one.case.variables),
                asserts=_count(one.case),
            )
        )
    return found


def _count(case: TestCase) -> int:
    return sum(1 if isinstance(one, Assertion) else len(one.assertions) for one in case.assertions)
