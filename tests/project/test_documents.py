"""URIs of virtual documents lead back to what they are about, whatever a step is called."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fourfold.project.documents import Document, parse_path, parse_uri
from fourfold.runs.ids import RunIds

KEY = "0a1b2c3d"
PART = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=12
).filter(lambda part: not part.startswith("."))
STEPS = st.lists(PART, min_size=1, max_size=3).map("/".join)
SUFFIXES = st.sampled_from([".prompty", ".md", ".txt", ".j2", ".jinja", ".MD", ".Prompty"])
NUMBERS = st.integers(1, 999_999_999)
RUN_IDS = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
    lambda moment: RunIds().new(moment.replace(tzinfo=UTC))
)
DOCUMENTS = st.one_of(
    st.builds(
        lambda kind, step, number, suffix: Document(kind, step, (number,), suffix=suffix),
        st.sampled_from(["version", "response"]),
        STEPS,
        NUMBERS,
        SUFFIXES,
    ),
    st.builds(lambda step, run: Document("run", step, run=run), STEPS, RUN_IDS),
    st.builds(lambda step: Document("history", step), STEPS),
    st.builds(
        lambda step, numbers: Document("comparison", step, tuple(numbers)),
        STEPS,
        st.lists(NUMBERS, min_size=2, max_size=4),
    ),
)


@given(DOCUMENTS)
@example(Document("version", "a.v3", (1,)))
@example(Document("version", "a.v3-v4", (1,)))
@example(Document("run", "a.v3.md", run="v000000000000000"))
@example(Document("version", "%41#b?c=d&e f", (2,)))
@example(Document("version", "a\nb", (2,)))
@example(Document("version", "größe/日本", (2,)))
def test_a_uri_leads_back(document: Document):
    uri = document.uri(KEY)
    assert parse_uri(uri) == (KEY, document)
    assert parse_path(document.path) == document


@given(DOCUMENTS)
def test_a_uri_has_nothing_that_editors_read_otherwise(document: Document):
    uri = document.uri(KEY)
    assert re.fullmatch(r"[A-Za-z0-9:/%._~-]+", uri)
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("fourfold", "", "", "")


@given(DOCUMENTS)
def test_a_uri_may_be_encoded_more_or_less_than_ours(document: Document):
    more = quote(unquote(document.uri(KEY).removeprefix("fourfold:")), safe="/")
    for uri in (f"fourfold:{more}", f"fourfold://{more}"):
        assert parse_uri(uri) == (KEY, document)


@given(DOCUMENTS)
def test_a_path_ends_in_the_suffix_of_its_language(document: Document):
    assert document.path.endswith(document.suffix)


@given(st.text(st.sampled_from("fourfold:/version.vmd-019%é\n"), max_size=40))
@example("fourfold:/k/version/a.v0a0000000000000.md")
@example("fourfold:/k/run/a.v1.md")
@example("fourfold:/k/version/a.v1-.md")
@example(f"fourfold:/k/version/a.v{'9' * 5000}.md")
@example("fourfold:/k/version/a.v٣.md")
def test_any_other_uri_is_none_of_ours(uri: str):
    found = parse_uri(uri)
    if found is not None:
        key, document = found
        assert parse_uri(document.uri(key)) == found


@pytest.mark.parametrize(
    "path",
    ["", "version", "version/.v1.md", "version/a.v1", "version/a.md", "secret/a.v1.md", "a.v1.md"],
)
def test_a_path_without_a_document(path: str):
    assert parse_path(path) is None
