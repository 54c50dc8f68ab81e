"""The board's page as one file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from typing import Any

import pytest

from fourfold.reports import page

HOSTILE = "</script><script>alert(1)</script><!-- <img src=x> \u2028 & ]]>"


def board(**fields: Any) -> dict[str, Any]:
    return {"step": "a", "title": "A", "arms": [], "report": None, "results": [], **fields}


def embedded(html: str) -> Any:
    (data,) = re.findall(r'<script type="text/plain" id="board">([\w+/=]*)</script>', html)
    return json.loads(gzip.decompress(base64.b64decode(data)))


@pytest.mark.parametrize("text", ["", "Hello", HOSTILE, "\ud83d half", "ä" * 100_000])
def test_what_is_in_a_board_comes_out_as_it_was(text: str) -> None:
    given = board(title=text.encode("utf-8", "replace").decode(), step=text)
    assert embedded(page.whole_page(given)) == given


def test_nothing_of_others_stands_in_the_page_as_it_is() -> None:
    html = page.whole_page(board(title=HOSTILE, step=HOSTILE))
    assert "alert(1)" not in html.replace("&lt;script&gt;alert(1)", "")
    assert html.count("<script") == 2


def test_the_policy_allows_the_pages_own_program_and_style_alone() -> None:
    html = page.whole_page(board())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="(.*?)"', html)
    assert policy.startswith("default-src 'none'; ")
    for element in ("script", "style"):
        (text,) = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


def test_the_program_can_stand_in_an_element() -> None:
    assert not re.search("<(!--|/?script)", page.script(), re.IGNORECASE)
    # A pattern with the flag u takes no other way to write it.
    assert r"\x3c!--" in page.script()


def test_the_page_is_small() -> None:
    parts = (page.script(), page.style())
    assert sum(len(gzip.compress(part.encode())) for part in parts) < 150_000
