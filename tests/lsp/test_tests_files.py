"""Tests files in an editor: what is wrong with them, what can be done, and how versions stand."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from lsp.support.prompt import INVALID_PARAMS, refusal
from lsp.support.session import KATE, NEOVIM, VSCODE, Session, session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsprotocol import types

    from lsp.support.profiles import Profile
    from support.scripted_model import Exchange

PROMPT = "Greet {{ name }} in {{ city }}.\n"
TESTS = """\
- description: Ada 🐢
  vars: {name: Ada, city: Rome}
  assert: [{type: contains, value: Hello}]
- description: Bo
  vars: {name: [Bo, Di], city: Oslo}
  assert: [{type: contains, value: Hello}]
"""


async def opened(s: Session, text: str, name: str = "greet.tests.yaml") -> str:
    """The URI of a tests file, open in the editor."""
    path = s.folder / "prompts" / name
    path.write_bytes(text.encode())
    return s.client.open(path, language_id="yaml")


async def problems(s: Session, uri: str, wanted: str) -> list[types.Diagnostic]:
    """The problems of a document, once one of them says what is wanted."""
    found: Sequence[types.Diagnostic] = await s.client.until(
        lambda: [one for one in s.client.diagnostics.get(uri, []) if wanted in one.message], wanted
    )
    return list(found)


def titles(lenses: Sequence[types.CodeLens]) -> list[tuple[int, str]]:
    return [(one.range.start.line, one.command.title) for one in lenses if one.command]


BROKEN = """\
- vars: {name: 🐢, toown: x}
  asert: [{type: contains, value: x}]
- vars: {name: Bo}
  assert: [{type: contians, value: x}]
- vars: {nme: 🐢 Bo}
  assert: [{type: contains, value: x}]
"""


async def test_each_mistake_is_marked_where_it_stands(tmp_path: Path) -> None:
    async with session(tmp_path, prompt=PROMPT) as s:
        uri = await opened(s, BROKEN)
        lines = BROKEN.splitlines()

        async def marked(message: str) -> str:
            (one,) = await problems(s, uri, message)
            start, end = one.range.start, one.range.end
            assert start.line == end.line
            units = lines[start.line].encode("utf-16-le")
            return units[2 * start.character : 2 * end.character].decode("utf-16-le")

        assert await marked("did you mean assert?") == "asert"
        assert await marked("did you mean contains?") == "contians"
        assert await marked("did you mean name?") == "nme"
        assert await marked("variable toown") == "toown"
        s.client.edit(uri, "- vars: {name: Bo\n")
        assert await problems(s, uri, "cannot be read here")
        bomb = "a: &a [1, 1]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(70))
        s.client.edit(uri, f"{bomb}tests: []\n")
        assert await problems(s, uri, "aliases")
        s.client.edit(uri, f"- vars: {{name: {'x' * 4_000_001}}}\n")
        assert await problems(s, uri, "at most 4,000,000 characters")
        s.client.edit(uri, TESTS)
        await s.client.until(lambda: not s.client.diagnostics[uri], "no problems")
        # A test that cannot be run is not counted among those that would be.
        s.client.edit(uri, f"{TESTS}- vars: {{nme: x}}\n  assert: [{{type: is-json}}]\n")
        assert (0, "▶ Run all 3 on current") in titles(await s.client.lenses(uri))
        other = await opened(s, "[]", "greet.tests.json")
        assert await problems(s, other, "greet.tests.yaml is read in its place")


async def says(exchange: Exchange) -> None:
    """Hello to the first wording, No to others."""
    asked = exchange.request.json["messages"][-1]["content"]
    await tokens("Hello" if " in " in asked else "No")(exchange)


async def ended(s: Session, count: int) -> None:
    await s.client.until(
        lambda: len([told for told in s.told() if told.startswith("greet: ")]) >= count, "the end"
    )


async def shows(s: Session, uri: str, title: str) -> None:
    """Waits until a document shows a lens, asked for as often as the server says."""
    async with asyncio.timeout(10):
        while not any(title in one for _, one in titles(await s.client.lenses(uri))):
            await asyncio.sleep(0)


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM, KATE], ids=lambda profile: profile.name)
async def test_lenses_run_tests_and_say_how_versions_stand(
    profile: Profile, tmp_path: Path
) -> None:
    async with session(tmp_path, says, prompt=PROMPT, profile=profile) as s:
        uri = await opened(s, TESTS)
        assert titles(await s.client.lenses(uri)) == [
            (0, "▶ Run all 3 on current"),
            (0, "▶ Run on current"),
            (3, "▶ Run on current"),
        ]
        await s.client.act(uri, "▶ Run on current (Bo", line=4)
        await ended(s, 1)
        lenses = titles(await s.client.lenses(uri))
        assert [one for line, one in lenses if line == 3] == ["▶ Run on current", "v1 ✓"]
        assert not any("v1 ✓" in one for line, one in lenses if line == 0)
        assert len(s.model.requests) == 2
        await s.save("Greet {{ name }} of {{ city }}.\n")
        await s.client.click(uri, "▶▶ Which is better on all? · at most 84 calls")
        await ended(s, 2)
        lenses = titles(await s.client.lenses(uri))
        assert any(re.fullmatch(r"v2 ✗ 0/\d+ · v1 ✓", one) for line, one in lenses if line == 0)
        # The prompt's first line says so too, as long as text and tests are the same.
        await shows(s, s.uri, "v2 0 % (0–")
        # It comes before all that a narrow pane may cut off.
        (_, line), *_ = titles(await s.client.lenses(s.uri))
        assert line.endswith(" · worse than v1")
        hover = await s.client.hover(s.uri)
        assert line in hover
        assert "100 % (" in hover
        listed = await s.client.run("fourfold.listVersions", uri=s.uri)
        stand = [one["tested"][0]["verdict"] for one in listed["versions"]]
        assert stand == ["worse than v1", "better than v2"]
        actions = await s.client.actions(uri)
        assert {one.title for one in actions} >= {
            "▶ Run on current (Ada 🐢)",
            "▶ Run all 3 on current",
        }
        # What is seen is what runs, saved or not; an edited test has no results yet.
        s.client.edit(uri, TESTS.replace("Rome", "Bari").replace("Ada 🐢", "Ada of Bari"))
        lenses = titles(await s.client.lenses(uri))
        assert not any("✗" in one for line, one in lenses if line == 0)
        await s.client.act(uri, "▶ Run on current (Ada of Bari")
        await ended(s, 3)
        assert (0, "v2 ✗") in titles(await s.client.lenses(uri))
        s.client.save(uri)
        async with asyncio.timeout(10):
            while any(" % (" in one for _, one in titles(await s.client.lenses(s.uri))):
                await asyncio.sleep(0)


async def test_lenses_are_asked_for_again_once_a_matrix_has_ended(tmp_path: Path) -> None:
    async with session(tmp_path, says, prompt=PROMPT) as s:
        uri = await opened(s, TESTS)
        await s.client.lenses(uri)
        before = len(s.client.all_of("workspace/codeLens/refresh"))
        await s.client.click(uri, "▶ Run all 3")
        await ended(s, 1)
        await shows(s, s.uri, "v1 100 %")
        assert len(s.client.all_of("workspace/codeLens/refresh")) > before


async def test_a_prompt_that_drops_what_tests_set_says_so(tmp_path: Path) -> None:
    async with session(tmp_path, prompt=PROMPT) as s:
        uri = await opened(s, TESTS)
        s.client.edit(s.uri, "Greet {{ name }}.\n")
        (one,) = await problems(s, s.uri, "{{city}}")
        assert one.message == "v1 + unsaved drops {{city}}, which 2 tests set."
        s.client.save(s.uri)
        assert await problems(s, s.uri, "v2 drops {{city}}, which 2 tests set.")
        s.client.edit(uri, TESTS.replace(", city: Rome", "").replace(", city: Oslo", ""))
        s.client.save(uri)
        await s.client.until(
            lambda: not [it for it in s.client.diagnostics[s.uri] if "drops" in it.message],
            "no warning",
        )


async def test_words_of_a_tests_file_are_offered_and_explained(tmp_path: Path) -> None:
    async with session(tmp_path, prompt=PROMPT) as s:
        (s.folder / "prompts" / "ada.txt").write_text("Ada")
        uri = await opened(s, "- vars:\n    🐢: 1\n    \n  assert:\n    - type: contains\n")
        assert [one.label for one in await s.client.completions(uri, 2, 4)] == ["name", "city"]
        labels = [one.label for one in await s.client.completions(uri, 4, 13)]
        assert {"equals", "llm-rubric", "word-count"} <= set(labels)
        assert "the text is in it" in await s.client.hover(uri, 4, 14)
        assert "the inputs of the prompt" in await s.client.hover(uri, 0, 3)
        s.client.edit(uri, "- vars:\n    name: \n")
        assert "file://ada.txt" in [one.label for one in await s.client.completions(uri, 1, 10)]
        json_uri = await opened(s, '[{"vars": {"": 1}}]', "greet.tests.json")
        assert [
            one.text_edit.new_text
            for one in await s.client.completions(json_uri, 0, 12)
            if one.text_edit
        ] == ['"name"', '"city"']


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM, KATE], ids=lambda profile: profile.name)
async def test_the_inputs_of_a_run_are_saved_as_a_test(profile: Profile, tmp_path: Path) -> None:
    prompt = "---\ninputs:\n  name: {kind: string}\n---\nuser:\nGreet {{ name }}.\n"
    path = tmp_path / "workspace" / "prompts" / "greet.tests.yaml"
    async with session(
        tmp_path, tokens("Hi"), prompt=prompt, name="greet.prompty", profile=profile
    ) as s:
        await s.run_to_end(inputs={"name": "Ada\nLovelace 🐢"})
        saved = await s.client.run("fourfold.saveTest", uri=s.uri)
        assert saved["uri"] == path.as_uri()
        await s.client.until(
            lambda: path.exists() and "Lovelace" in s.client.text_of(path.as_uri()), "the test"
        )
        if path.as_uri() not in s.client.buffers:
            s.client.open(path)
        first = s.client.text_of(path.as_uri())
        assert first == (
            f'- description: "{saved["name"]}"\n  vars:\n    name: |-\n      Ada\n'
            "      Lovelace 🐢\n  assert: []\n"
        )
        # What the user has typed meanwhile stays, and one undo takes the test back.
        typed = f"# mine\n{first}# end 🐢\n"
        s.client.edit(path.as_uri(), typed)
        await s.client.act(s.uri, "Save the inputs of v1's last run as a test")
        await s.client.until(
            lambda: s.client.text_of(path.as_uri()).count("Lovelace") == 2, "another test"
        )
        after = s.client.text_of(path.as_uri())
        assert after.startswith(f"# mine\n{first}- description")
        assert after.endswith("# end 🐢\n")
        s.client.undo(path.as_uri())
        assert s.client.text_of(path.as_uri()) == typed


CONFIG = """\
prompts: [file://prompts/greet.md, "In {{ place }}: hi"]
providers: [openai:gpt-5]
defaultTest:
  asert: []
tests:
  - vars: {nme: 🐢}
    assert: [{type: contians, value: x}]
  - vars: {place: Rome, toown: x, name: Bo}
    assert: [{type: is-json}]
  - file://cases.csv
"""


async def test_a_configuration_of_promptfoo_is_checked_where_it_names_prompts_of_the_folder(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, prompt=PROMPT) as s:
        (s.folder / "cases.csv").write_text("name,__expected\nBo,levenshtien(2): x\n")
        path = s.folder / "promptfooconfig.yaml"
        path.write_bytes(CONFIG.encode())
        uri = s.client.open(path, language_id="yaml")
        lines = CONFIG.splitlines()

        async def marked(message: str) -> str:
            (one,) = await problems(s, uri, message)
            units = lines[one.range.start.line].encode("utf-16-le")
            span = slice(2 * one.range.start.character, 2 * one.range.end.character)
            return units[span].decode("utf-16-le")

        assert await marked("did you mean assert?") == "asert"
        assert await marked("did you mean contains?") == "contians"
        assert await marked("did you mean name?") == "nme"
        assert await marked("variable toown") == "toown"
        labels = [one.label for one in await s.client.completions(uri, 0, 1)]
        assert labels == ["description", "prompts"]
        assert "the prompts, or the files" in await s.client.hover(uri, 0, 2)
        s.client.edit(uri, "prompts: [prompts/greet.md]\ntests:\n  - vars:\n      \n")
        assert [one.label for one in await s.client.completions(uri, 3, 6)] == ["name", "city"]
        # A prompt whose text has another variable now makes the test right.
        s.client.edit(uri, CONFIG.replace("asert: []", "assert: []").replace("contians", "equals"))
        s.client.edit(s.uri, "Greet {{ nme }} in {{ toown }}.\n")
        await s.client.until(
            lambda: not [it for it in s.client.diagnostics[uri] if "variable" in it.message],
            "no variable that is unknown",
        )
        # What is promptfoo's alone is none of ours.
        s.client.edit(uri, "prompts: ['Say {{ it }}']\nscenarios: []\n")
        await s.client.until(lambda: not s.client.diagnostics[uri], "no problems")
        s.client.edit(uri, "prompts: [")
        assert await problems(s, uri, "cannot be read here")


TWO_PROMPTS = """\
prompts: [file://prompts/greet.md, "Say hi to {{ name }}."]
tests:
  - description: Ada 🐢
    vars: {name: Ada, city: Rome}
    assert: [{type: contains, value: Hello}]
  - file://cases.csv
"""
ON_ALL = {"action": "test", "maxCalls": 9}
CASES = "name,city,__expected\nBo,Oslo,contains: Hello\nDi,Oslo,contains: Hello\n"


@pytest.mark.parametrize("profile", [VSCODE, KATE], ids=lambda profile: profile.name)
async def test_lenses_of_a_configuration_run_each_of_its_prompts(
    profile: Profile, tmp_path: Path
) -> None:
    async with session(tmp_path, says, prompt=PROMPT, profile=profile) as s:
        (s.folder / "cases.csv").write_text(CASES)
        path = s.folder / "promptfooconfig.yaml"
        path.write_bytes(TWO_PROMPTS.encode())
        uri = s.client.open(path, language_id="yaml")
        own = f"{uri}#promptfooconfig/2"

        async def lenses(line: int, step: str) -> list[str]:
            shown = [one for at, one in titles(await s.client.lenses(uri)) if at == line]
            return [one.removeprefix(f"{step}: ") for one in shown if one.startswith(f"{step}: ")]

        async def told(step: str, count: int) -> None:
            await s.client.until(
                lambda: sum(one.startswith(f"{step}: ") for one in s.told()) == count, "the end"
            )

        for step in ("greet", "promptfooconfig/2"):
            assert await lenses(0, step) == ["▶ Run all 3 on current"]
            assert await lenses(2, step) == await lenses(5, step) == ["▶ Run on current"]
        await s.client.act(uri, "greet: ▶ Run on current (Ada", line=3)
        await told("greet", 1)
        assert await lenses(2, "greet") == ["▶ Run on current", "v1 ✓"]
        assert await lenses(5, "greet") == ["▶ Run on current"]
        assert len(s.model.requests) == 1
        # A prompt that stands in the configuration has versions once it is run.
        error = await refusal(s.client.run("fourfold.testReport", uri=own))
        assert "promptfooconfig/2" in error.message
        await s.client.click(uri, "promptfooconfig/2: ▶ Run all 3 on current")
        await told("promptfooconfig/2", 1)
        assert await lenses(2, "promptfooconfig/2") == ["▶ Run on current", "v1 ✗"]
        assert await lenses(5, "promptfooconfig/2") == ["▶ Run on current", "v1 ✗ 0/2"]
        # What is seen is what runs, saved or not.
        s.client.edit(uri, TWO_PROMPTS.replace("hi to", "hi in Rome to"))
        await s.client.act(uri, "promptfooconfig/2: ▶ Run on current (Ada", line=2)
        await told("promptfooconfig/2", 2)
        run, which, last = await lenses(2, "promptfooconfig/2")
        assert (run, last) == ("▶ Run on current", "v2 ✓ · v1 ✗")
        assert which == "▶▶ Which is better? · at most 80 calls"
        report = await s.client.run("fourfold.testReport", uri=own)
        assert [arm["version"] for arm in report["arms"]] == [2]
        shown = await s.client.run("fourfold.showTestReport", uri=own)
        assert report["sentence"] in await s.text(shown["uri"])
        # By the URI that answers give for it, it is the same prompt with the same tests.
        listed = await s.client.run("fourfold.listVersions", uri=own)
        assert listed["uri"] == f"{path.as_uri()}%232"
        assert await s.versions(listed["uri"]) == listed
        await s.client.run("fourfold.actOnBoard", uri=listed["uri"], action=ON_ALL)
        await told("promptfooconfig/2", 3)
        report = await s.client.run("fourfold.testReport", uri=own)
        assert [arm["version"] for arm in report["arms"]] == [1, 2]
        assert len(report["tests"]) == 3
        for wrong, why in ((uri, "put the name of one behind a #"), (f"{uri}#gret", "greet")):
            error = await refusal(s.client.run("fourfold.runTests", uri=wrong))
            assert (error.code, why in error.message) == (INVALID_PARAMS, True)
        # What is promptfoo's alone is none of ours.
        s.client.edit(uri, "prompts: ['Say {{ it }}']\ntests: [{vars: {it: x}, assert: []}]\n")
        assert await s.client.lenses(uri) in ([], None)
