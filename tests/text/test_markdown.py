"""Markdown in which nothing of a stranger's acts."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fourfold.text.markdown import code, diagram, diff_fenced, fenced, plain, quiet

ACTS = [
    "![x](https://evil.example/p.png)",
    "![x][y]",
    "[x](command:workbench.action.terminal.new)",
    "<https://evil.example>",
    "https://evil.example/x",
    "www.evil.example",
    "mailto:a@evil.example",
    "a@evil.example",
    "<img src=https://evil.example/p.png>",
    "<script>alert(1)</script>",
    "<!-- x -->",
    "&lt;img src=x&gt;",
    "[y]: https://evil.example",
    "`x` ``y",
    "# Heading",
    "1. item",
    "- item",
    "| cell |",
    "**bold** _it_ ~~no~~",
    "\x1b]0;x\x07\u202e",
    "\\",
    "\r\n\n",
    "ftp://evil.example",
    "//evil.example",
]
HOSTILE = st.lists(st.sampled_from([*ACTS, " ", "a", "/", ":"]), max_size=6).map("".join)
# What GFM makes links of, in the source: https://github.github.com/gfm/#autolinks-extension-
AUTOLINK = re.compile(r"(?:https?|ftp)://|(?<![\w/])www\.|(?:mailto|xmpp):|\w@\w", re.IGNORECASE)


def inline(markdown: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [one.type for each in tokens for one in (each, *(each.children or ()))]


@given(HOSTILE)
def test_a_strangers_text_is_shown_as_it_is(text: str) -> None:
    written = plain(text)
    assert set(inline(written)) <= {"paragraph_open", "inline", "text", "paragraph_close"}
    assert not AUTOLINK.search(written)
    assert "\n" not in written
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", written)
    rows = MarkdownIt("commonmark").enable("table").parse(f"| a |\n| - |\n| {written} |\n")
    assert sum(one.type == "td_open" for one in rows) == 1


@given(HOSTILE)
def test_code_holds_any_text(text: str) -> None:
    written = f"x {code(text)} y"
    assert set(inline(written)) <= {
        *("paragraph_open", "inline", "text", "paragraph_close", "code_inline"),
    }
    if text.strip(" `\r\n"):
        assert inline(written).count("code_inline") == 1


@pytest.mark.parametrize(
    "text", ["requirement/refine", "gpt-5-mini", "a: b", "12:30", "snake_case"]
)
def test_ordinary_names_read_well_raw(text: str) -> None:
    assert plain(text) == text


@given(HOSTILE)
def test_a_difference_shows_what_hides(text: str) -> None:
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\u202e\u200b]", diff_fenced(f"+{text}\u200b\n").replace("\r\n", "\n")
    )
    assert inline(diff_fenced(text)) == ["fence"]


@pytest.mark.parametrize(
    "text",
    [
        *ACTS[:4],
        *ACTS[8:10],
        "[a]\n\n[a]: command:x",
        "[a](javascript:alert(1))",
        "[a](comm&#97;nd:x)",
        "[a](vscode://evil/x)",
        "![][y]\n\n[y]: //evil.example/p.png",
        "<a href='command:x'>x</a>",
        "<br onclick=x>",
        "<b><img src=x></b>",
        "| a |\n| - |\n| ![](http://e/x.png) |",
        "- > ![x](data:image/png;base64,x)",
        '```mermaid\nflowchart TB\n a@{ img: "https://e/x.png" }\n```',
        "<style>@import url(//e)</style>",
        "<iframe>",
    ],
)
def test_a_response_that_would_act_is_shown_in_a_code_block(text: str) -> None:
    if text in ("![x][y]", "<https://evil.example>"):
        assert quiet(text) == text  # a reference to nothing, and a link that says where it leads
    else:
        assert quiet(f"Hi\n\n{text}\n") == fenced(f"Hi\n\n{text}\n", "markdown")


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nText with [a link](https://example.com) and <br> and <b>x</b>.\n",
        "`![x](y)` and `<img src=x>`\n\n```html\n<img src=x>\n```\n",
        "if a < b and c > d: x[0](1)\n",
        "<details><summary>More</summary>\n\ntext\n\n</details>\n",
        "see [1]: nothing\n",
        "```mermaid\nflowchart TB\n a --> b\n```\n",
        "",
    ],
)
def test_any_other_response_stays_as_it_is(text: str) -> None:
    assert quiet(text) == text


@pytest.mark.parametrize(
    "piece", ["[a](http://x) ", "[a](b:c) ", "<!--", "![", "<a ", "[", "[x]: y:\n", "<?", "<b>"]
)
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    began = time.perf_counter()
    quiet(piece * (1_000_000 // len(piece)))
    quiet(piece * (90_000 // len(piece)))
    assert time.perf_counter() - began < 5


def test_a_diagram_that_would_act_is_text() -> None:
    assert diagram("flowchart TB\n a --> b", "mermaid").startswith("```mermaid")
    for line in ('click a "https://e"', 'a["<img src=x>"]', 'a@{ img: "//e/x" }', "%%{init: {}}%%"):
        assert diagram(f"flowchart TB\n {line}", "mermaid").startswith("```text")
    assert diagram('flowchart TB\n a["x<br/>y"] <--> b', "mermaid").startswith("```mermaid")
