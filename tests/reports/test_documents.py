"""The documents in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from fourfold.reports.comparison import ComparedVersion, Comparison
from fourfold.reports.comparison_document import comparison_document
from fourfold.reports.history import history_document, history_list
from fourfold.reports.run_document import run_document
from fourfold.store.records import PushedOut, Run, StepHistory
from fourfold.text.figures import local_time
from reports.records import SAVED, run, version

OLD = "system:\nYou are an analyst.\nUse at most three sentences.\n\nuser:\n{{task}}\n"
NEW = OLD.replace("at most three", "exactly five") + "Be kind.\n"
HOSTILE = st.lists(
    st.sampled_from(
        [
            "# H\n",
            "```\n",
            "````py\n",
            "~~~\n",
            "<b>",
            "| a |",
            "\n",
            "word ",
            "---\n",
            "> q",
            "    ",
        ]
    ),
    max_size=12,
).map("".join)


def compared(
    *runs: Run | None, texts: tuple[str, ...] = (OLD, NEW), test: str | None = None
) -> str:
    return comparison_document(
        Comparison(
            "requirement",
            tuple(
                ComparedVersion(version(3 + n, texts[min(n, len(texts) - 1)]), each)
                for n, each in enumerate(runs)
            ),
            test,
        )
    )


def headings(document: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    return [
        f"{token.tag} {tokens[at + 1].content}"
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]


def blocks_of_code(document: str) -> list[str]:
    return [
        token.content for token in MarkdownIt("commonmark").parse(document) if token.type == "fence"
    ]


def cells(document: str) -> list[int]:
    """How many cells each row of the document's tables has."""
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    rows: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in ("td_open", "th_open"):
            rows[-1] += 1
    return rows


def test_two_versions_side_by_side() -> None:
    assert compared(
        run(3, "# Result\n\nSign in with a password.\n"),
        run(4, "# Result\n\nSign in with a passkey.\n\n```py\npass\n```\n", cost_usd=None),
    ) == snapshot("""\
# requirement: v3 ↔ v4

v3 of requirement against v4: what came is **bold**, what is gone ~~struck through~~.

- **v3**: succeeded · gpt-5-mini · 1.2 s (first word 0.3 s) · 1,200 + 340 tokens · $0.0004 · 7 words
- **v4**: succeeded · gpt-5-mini · 1.2 s (first word 0.3 s) · 1,200 + 340 tokens · 10 words

## Response of v3

> # Result
>
> Sign in with a password.

## Response of v4

> # Result
>
> Sign in with a ~~password~~ **passkey**.
>
>
> ````diff
> + ```py
> + pass
> + ```
> ````

## Prompt v3 → v4

```diff
  system:
  You are an analyst.
- Use [-at most three-] sentences.
+ Use {+exactly five+} sentences.

  user:
  {{task}}
+ Be kind.
```
""")


def test_four_versions_have_a_line_each_and_are_held_to_the_first() -> None:
    document = compared(*[run(n) for n in (3, 4, 5, 6)], texts=("a", "b", "c", "d"), test="short")
    assert "v3 of requirement against v4, v5 and v6, with the inputs of the test short:" in document
    assert headings(document) == [
        "h1 requirement: v3 ↔ v4 ↔ v5 ↔ v6",
        "h2 Response of v3",
        "h2 Response of v4",
        "h2 Response of v5",
        "h2 Response of v6",
        "h2 Prompt v3 → v4",
        "h2 Prompt v3 → v5",
        "h2 Prompt v3 → v6",
    ]
    assert re.findall(
        r"^- \*\*(v\d)\*\*: succeeded · gpt-5-mini · 1.2 s", document, re.MULTILINE
    ) == [*("v3", "v4", "v5", "v6")]
    assert document.count("The responses are the same, word for word.") == 3


def test_a_version_that_was_not_run_says_how_to_run_it() -> None:
    document = compared(run(3), None)
    how = (
        "> v4 has no response yet: choose “▶▶ Run all” on the prompt's first line, or "
        "`fourfold run requirement --versions 4`."
    )
    assert document.count(how) == 1
    assert "not run yet" in document


def test_a_failed_run_shows_its_error_and_what_had_arrived() -> None:
    document = compared(
        run(3), run(4, "Half of", status="failed", error="It answered <b>500</b>;\ntry again.")
    )
    assert "> The run failed: It answered \\<b\\>500\\</b\\>; try again.\n\n> ~~" in document
    assert "**Half of**" in document


def test_a_version_that_was_run_again_in_vain_says_so_beside_its_older_answer() -> None:
    last = run(4, "", id="run9", status="failed", error="Out of credit.")
    older = ComparedVersion(version(4, NEW, last_run=last), run(4))
    document = comparison_document(
        Comparison("requirement", (ComparedVersion(version(3, OLD), run(3)), older))
    )
    when = local_time(SAVED)
    said = f"> The run of {when} failed: Out of credit. The answer of v4 is that of {when}."
    assert document.count(said) == 1


def test_runs_that_have_not_ended_or_were_cancelled_say_so() -> None:
    document = compared(
        run(3, "So far", status="running", duration_ms=None),
        run(4, "", status="queued", started=None),
        run(5, "", status="cancelled"),
    )
    assert "> The response is still arriving.\n\n> So far\n" in document
    assert "> The run waits for its turn.\n\n## " in document
    assert "> The run was cancelled.\n\nNothing had arrived.\n" in document


def test_runs_with_other_inputs_are_pointed_out() -> None:
    document = compared(run(3, inputs={"task": "a"}), run(4, inputs={"task": "b"}))
    assert "These runs had different inputs." in document
    assert "different inputs" not in compared(run(3), run(4))


def test_lines_that_are_the_same_are_left_out_but_for_three() -> None:
    lines = [f"line {n}\n" for n in range(20)]
    texts = ("".join(lines), "".join([*lines[:10], "new\n", *lines[10:]]))
    document = compared(run(3), run(4), texts=texts)
    [difference] = [block for block in blocks_of_code(document) if "+ new" in block]
    assert difference == (
        "@@ 7 equal lines @@\n  line 7\n  line 8\n  line 9\n+ new\n"
        "  line 10\n  line 11\n  line 12\n@@ 7 equal lines @@\n"
    )


@given(HOSTILE, HOSTILE)
def test_no_response_breaks_the_document(left: str, right: str) -> None:
    document = compared(run(3, left), run(4, right), texts=(right, left))
    assert headings(document) == [
        "h1 requirement: v3 ↔ v4",
        "h2 Response of v3",
        "h2 Response of v4",
        "h2 Prompt v3 → v4",
    ]


@given(HOSTILE)
def test_no_text_breaks_a_table(text: str) -> None:
    document = compared(run(3, model=text), run(4, status="failed", error=text), test=text)
    assert len(headings(document)) == 4
    single = run_document(run(3, model=text, test=text, parameters={"stop": [text], "x": text}))
    assert set(cells(single)) == {2}
    assert [heading.split(" ")[0] for heading in headings(single)] == ["h1", "h2", "h2", "h3"]


def test_the_document_of_a_run() -> None:
    made = run(
        3,
        "# Result\n",
        test="short",
        repeat=2,
        cached=True,
        parameters={"temperature": 0.2, "stop": ["END"]},
        inputs={"task": "Größe"},
    )
    assert run_document(made) == snapshot("""\
# requirement v3, run of gpt-5-mini

| Figure              |             Value |
| ------------------- | ----------------: |
| Status              | succeeded, reused |
| Model               |        gpt-5-mini |
| Started             |  2026-11-22 17:39 |
| Time to first token |             0.3 s |
| Duration            |             1.2 s |
| Tokens in           |             1,200 |
| Tokens out          |               340 |
| Cost                |           $0.0004 |
| Words of response   |                 2 |
| Test                |             short |
| Repeat              |                 2 |
| `temperature`       |               0.2 |
| `stop`              |         \\["END"\\] |

## Response

```markdown
# Result
```

## Inputs

```json
{
  "task": "Größe"
}
```

## Messages

### user

```markdown
Say hello.
```
""")


def test_the_document_of_a_run_names_the_examples_that_were_used() -> None:
    document = run_document(run(1, used_examples=("who", "what")))
    assert re.search(r"^\| Examples used +\| +who, what \|$", document, re.MULTILINE)
    assert "Examples" not in run_document(run(1))


HISTORY = StepHistory(
    "requirement",
    3,
    (
        version(5, run_count=2, last_run=run(5), parent=4),
        version(4, cause="external", run_count=1, last_run=run(4, status="failed")),
        version(
            3, cause="seed", lines_added=12, lines_removed=0, pinned=True, name="the *old* one"
        ),
    ),
)


def test_the_history_as_a_list() -> None:
    assert history_list(HISTORY, HISTORY.versions[0]) == snapshot("""\
**requirement**: this is v5, save to make it current; v3 is current

- v5 · +3 −1 · 2 runs · 1.2 s · 340 tokens · $0.0004 · saved 2026-11-22 17:39
- v4 · +3 −1 · 1 run · failed · changed on disk 2026-11-22 17:39
- v3 current, pinned · “the \\*old\\* one” · +12 −0 ·
  first seen 2026-11-22 17:39\
""")
    assert history_list(HISTORY, markdown=False) == snapshot("""\
requirement: v3 is current

- v5 · +3 −1 · 2 runs · 1.2 s · 340 tokens · $0.0004 · saved 2026-11-22 17:39
- v4 · +3 −1 · 1 run · failed · changed on disk 2026-11-22 17:39
- v3 current, pinned · “the *old* one” · +12 −0 · first seen 2026-11-22 17:39\
""")


def test_the_list_of_a_history_fits_a_terminal() -> None:
    cut_off = run(2, truncated=True, tries=(run(1),))
    cells = {"name": "n" * 80, "run_count": 12345, "last_run": cut_off, "lines_added": 12345}
    wide = StepHistory("a/long/step", 2, (version(2, **cells), version(1, cause="command")))
    wide = replace(wide, pushed_out=(PushedOut(1, 12345),))
    for markdown in (True, False):
        lines = history_list(wide, wide.versions[1], markdown=markdown).splitlines()
        assert [line for line in lines if len(line) > 80] == [f"  “{'n' * 80}” ·"]
        assert "  " not in "".join(line.lstrip() for line in lines)


def test_the_document_of_a_history_says_what_each_version_has_changed() -> None:
    text = history_document(HISTORY)
    assert re.findall("^#.*", text, re.MULTILINE) == [
        "# The versions of requirement",
        "## v4 → v5",
    ]


def test_nothing_that_a_stranger_names_acts_in_a_document() -> None:
    acts = (
        "![x](https://e.example/x.png) [y](command:z) <img src=x> `|` https://e.example \x1b\u202e"
    )
    hostile = run(4, acts, model=acts, test=acts, parameters={acts: acts}, inputs={acts: acts})
    failed = run(3, "", status="failed", error=acts, messages=({"role": acts, "content": acts},))
    pair = tuple(
        ComparedVersion(version(n, acts, step=acts), one) for n, one in [(3, None), (4, hostile)]
    )
    documents = [
        run_document(hostile),
        run_document(failed),
        comparison_document(Comparison(acts, pair, acts)),
        history_document(
            StepHistory(acts, 3, (version(3, step=acts, name=acts, last_run=failed),))
        ),
    ]
    for document in documents:
        tokens = MarkdownIt("commonmark").enable("table").parse(document)
        kinds = {child.type for token in tokens for child in token.children or ()}
        assert kinds <= {"text", "softbreak", "code_inline", "strong_open", "strong_close"}
        assert not {token.type for token in tokens} & {"html_block"}
        outside = "".join(token.content for token in tokens if token.type == "inline")
        assert "https://" not in re.sub(r"(`+)[^\n]*?(?<!`)\1(?!`)", "", outside)
        assert not {"\x1b", "\u202e"} & set(outside)
