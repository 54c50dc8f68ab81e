"""test: what it writes for builds and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from cli.test_testing import GOOD, TWO, answering, at, some_tests, write_tests
from support.scripted_model import scripted_model, status, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from support.scripted_model import Script

Workspace = Any

HOSTILE = "<img src=x onerror=alert(1)> | [a](javascript:b) \x1b[2J @everyone"


async def written(
    workspace: Workspace, script: Script, *arguments: str, code: int = 0
) -> tuple[ElementTree.Element, str, str]:
    """The JUnit file, the Markdown file, and what was said on stderr."""
    files = workspace.folder / "junit.xml", workspace.folder / "report.md"
    async with scripted_model(script) as model:
        ended = await workspace.process(
            "test", "--junit", str(files[0]), "--markdown", str(files[1]), *arguments, **at(model)
        )
    assert ended.code == code, ended.err
    root = ElementTree.fromstring(files[0].read_bytes())
    return root, files[1].read_text(encoding="utf-8"), ended.err


async def test_each_version_is_a_suite_and_each_test_a_case(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(3) + "- vars: {topc: x}\n  assert: [{type: is-json}]\n")
    script = answering(("Good t1", status(503)), ("Good", tokens("yes!")))
    root, _, _ = await written(workspace, script, "--repeat", "2", code=3)
    totals = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "7", "failures": "3", "errors": "2", "skipped": "0"}
    assert [suite.get("name") for suite in root] == ["greet v1", "greet v2", "greet"]
    bad, good, refused = root
    (verdict,) = bad.iter("property")
    assert "Not decided" in verdict.get("value", "")
    cases = {case.get("name"): case for case in bad.iter("testcase")}
    assert list(cases) == ["about t0", "about t1", "about t2"]
    failure = cases["about t0"].find("failure")
    assert failure is not None
    assert failure.get("message", "").startswith("Passed 0 of 2: ")
    assert "yes!" in failure.get("message", "")
    (error,) = good.iter("error")
    assert "failed on its side (503" in error.get("message", "")
    (case,) = refused.iter("testcase")
    assert case.get("name") == "prompts/greet.tests.yaml:10"


async def test_what_the_baseline_did_not_pass_is_no_failure_of_a_build(
    workspace: Workspace,
) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(2))
    root, _, _ = await written(workspace, GOOD, "--baseline", "v1")
    assert (root.get("failures"), root.get("skipped")) == ("0", "2")


async def test_the_markdown_says_who_is_better_and_the_worst_first(workspace: Workspace) -> None:
    workspace.versions("Old {{topic}}\n", "New {{topic}}\n")
    write_tests(workspace, some_tests(5))
    script = answering(("New t3", tokens("no")), ("Old t2", tokens("no")), otherwise=tokens("yes!"))
    _, markdown, _ = await written(workspace, script)
    lines = markdown.splitlines()
    assert lines[0] == "## greet"
    assert lines[2].startswith("**Not decided after 5 pairs: 0 points (")
    assert [line.split()[1] for line in lines if line.startswith("| v")] == ["v1", "v2"]
    table = [line for line in lines if line.startswith("| about")]
    assert [line.split("|")[1:4] for line in table] == [
        [" about t3 ", " ✓ 1/1 ", " ✗ 0/1 "],
        [" about t2 ", " ✗ 0/1 ", " ✓ 1/1 "],
    ]
    assert "3 tests always passed." in lines
    assert any(line.startswith("- about t3, v2: ") and "yes!" in line for line in lines)


async def test_nothing_that_others_wrote_acts_in_a_comment(workspace: Workspace) -> None:
    workspace.versions("Good {{topic}}\n")
    name = HOSTILE.replace("\x1b", "\\u001b")
    write_tests(
        workspace,
        f'- description: "{name}"\n  vars: {{topic: x}}\n'
        f'  assert: [{{type: contains, value: "{name}"}}]\n',
    )
    root, markdown, _ = await written(workspace, tokens(HOSTILE[:20]), "--models", "a|<b>")
    assert "\x1b" not in markdown
    tokens_ = MarkdownIt("commonmark").enable("table").parse(markdown)
    inline = [child for token in tokens_ for child in token.children or ()]
    assert not [one for one in inline if one.type in ("html_inline", "image", "link_open")]
    assert "<img" in "".join(one.content for one in inline)
    assert root.find(".//testcase[@name]").get("name").startswith("<img src=x")  # type: ignore[union-attr]


async def test_many_tests_do_not_make_a_comment_too_long(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(400))
    root, markdown, _ = await written(workspace, tokens("no"))
    assert "350 more tests did not always pass." in markdown
    assert len(markdown) < 10_000
    assert root.get("failures") == "800"


async def test_all_that_always_passed(workspace: Workspace) -> None:
    workspace.versions(TWO[1])
    write_tests(workspace, some_tests(2))
    root, markdown, _ = await written(workspace, GOOD)
    assert "All versions always passed 2 tests." in markdown
    assert root.get("failures") == "0"


async def test_a_file_that_cannot_be_written(workspace: Workspace, tmp_path: Path) -> None:
    workspace.versions(TWO[1])
    write_tests(workspace, some_tests(1))
    async with scripted_model(GOOD) as model:
        for place, code in ((tmp_path, 2), (tmp_path / "no" / "file", 3)):
            ended = await workspace.process("test", "--junit", str(place), **at(model))
            assert ended.code == code
            assert str(place) in ended.err
