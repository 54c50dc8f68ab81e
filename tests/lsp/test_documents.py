"""Fourfold's own documents: every URI that is handed out can be read, and works in commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest
from pygls.exceptions import JsonRpcException

from lsp.support.profiles import EDITORS, load
from lsp.support.session import session
from lsp.support.shapes import check_versions
from support.scripted_model import Gate, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lsp.support.session import Session

AWKWARD = "sub step/100% of #1 @home: ä&ö+(x).prompty"


def uris_in(shape: Any) -> Iterator[str]:
    """Every URI in an answer."""
    if isinstance(shape, dict):
        for name, value in shape.items():
            if name in {"uri", "left", "right"}:
                yield value
            else:
                yield from uris_in(value)
    elif isinstance(shape, list):
        for one in shape:
            yield from uris_in(one)


async def everything(s: Session) -> list[str]:
    """The URIs of all documents of a step with two versions that have been run."""
    await s.save("user:\nsecond\n")
    await s.run(versions="all")
    await s.ended()
    shapes = [
        await s.versions(),
        await s.client.run("fourfold.showVersion", uri=s.uri, version=1),
        await s.client.run("fourfold.showRun", uri=s.uri),
        await s.client.run("fourfold.compareVersions", uri=s.uri),
    ]
    return sorted(set(uris_in(shapes)) - {s.uri})


@pytest.mark.parametrize("name", EDITORS)
async def test_every_uri_can_be_read_and_used_whatever_the_step_is_called(
    tmp_path: Path, name: str
) -> None:
    profile = load(name)
    prompt = "user:\nfirst\n"
    async with session(
        tmp_path, tokens("Hello"), profile=profile, name=AWKWARD, prompt=prompt
    ) as s:
        uris = await everything(s)
        assert len(uris) == 7  # two versions, two responses, two runs, one comparison
        virtual = profile.get("workspace.textDocumentContent") is not None
        expected = await s.versions()
        for uri in uris:
            assert uri.startswith("fourfold:" if virtual else "file:")
            assert await s.text(uri)
            if "/version/" in uri:
                assert uri.endswith(".prompty")
                assert await s.text(uri) in {prompt, "user:\nsecond\n"}
            else:
                assert uri.endswith(".md")
            assert check_versions(await s.versions(uri)) == expected


def spellings(uri: str) -> list[str]:
    """The same URI as clients write it: VS Code encodes all but unreserved characters."""
    path = unquote(uri.removeprefix("fourfold:"))
    return [
        f"fourfold:{quote(path, safe='/')}",
        f"fourfold:{quote(path, safe='/:@&+()=$,;')}",
        f"fourfold:{quote(path, safe='/').replace('%C3', '%c3')}",
        f"fourfold://{quote(path, safe='/')}",
    ]


async def test_a_uri_may_be_encoded_in_any_way(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello"), name=AWKWARD, prompt="user:\nfirst\n") as s:
        for uri in await everything(s):
            text = await s.text(uri)
            for spelling in spellings(uri):
                assert await s.text(spelling) == text
                assert (await s.versions(spelling))["uri"] == s.uri


async def test_a_refresh_names_the_uri_as_the_client_spelt_it(tmp_path: Path) -> None:
    gate = Gate()
    async with session(tmp_path, tokens("Hello", gate=gate), name="at@home.md") as s:
        (run,) = await s.run()
        spelling = run["uri"].replace("%40", "@")
        assert spelling != run["uri"]
        await s.text(spelling)
        gate.open()
        await s.client.until(lambda: s.client.content_refreshes[spelling], "a refresh")
        await s.ended()
        assert run["uri"] not in s.client.content_refreshes


FOREIGN = [
    "",
    "nonsense",
    "fourfold:",
    "fourfold:/",
    "fourfold:/00000000/version/greet.v1.md",
    "fourfold:/{key}/version/greet.md",
    "fourfold:/{key}/version/greet.v99.md",
    "fourfold:/{key}/version/other.v1.md",
    "fourfold:/{key}/version/../../greet.v1.md",
    "fourfold:/{key}/run/greet.0123456789abcdef.md",
    "fourfold:/{key}/comparison/greet.v1-v9.md",
    "fourfold:/{key}/secret/greet.v1.md",
    "fourfold:/{key}/version/%ff%fe.v1.md",
    "fourfold:/{key}/version/greet.v" + "9" * 30 + ".md",
    "file:///etc/passwd",
    "file://server/share/greet.md",
    "untitled:Untitled-1",
    "https://example.org/greet.md",
]


async def test_a_foreign_or_garbled_uri_is_refused(tmp_path: Path) -> None:
    async with session(tmp_path) as s:
        (known,) = [version["uri"] for version in (await s.versions())["versions"]]
        for uri in FOREIGN:
            with pytest.raises(JsonRpcException) as caught:
                await s.client.read(uri.replace("{key}", known.split("/")[1]))
            assert len(caught.value.message) > 20, uri
            assert caught.value.code in {-32602, -32803}, uri
        assert await s.text(known)


async def test_commands_refuse_what_is_no_step(tmp_path: Path) -> None:
    async with session(tmp_path, files={"notes.md": "x", "prompts/README.md": "x"}) as s:
        for uri in (
            (s.folder / "notes.md").as_uri(),
            (s.folder / "prompts" / "README.md").as_uri(),
            (s.folder / "prompts" / "missing.md").as_uri(),
            "fourfold:/00000000/version/greet.v1.md",
            "nonsense",
        ):
            for command in ("listVersions", "runStep", "compareVersions", "showRun", "showVersion"):
                with pytest.raises(JsonRpcException) as caught:
                    await s.client.run(f"fourfold.{command}", uri=uri)
                assert caught.value.code == -32602
                assert caught.value.message.startswith("uri")


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "kate_v25"])
async def test_a_version_that_is_pushed_out_says_so_where_it_is_still_open(
    tmp_path: Path, name: str
) -> None:
    async with session(tmp_path, tokens("Hello"), profile=load(name)) as s:
        ended = await s.run_to_end()
        first = (await s.versions())["versions"][0]["uri"]
        assert await s.text(first)
        await s.save("two\n", "three\n", "four\n", "five\n")
        if first.startswith("file:"):
            return  # A file that is open stays as it was.
        with pytest.raises(JsonRpcException, match="v1 of greet is no longer kept; kept are v2"):
            await s.text(first)
        assert "Hello" in await s.text(ended["uri"])  # kept aside, so that undo brings it back
        await s.save("six\n")
        with pytest.raises(JsonRpcException, match="went with its version"):
            await s.text(ended["uri"])
        assert (await s.versions(first))["current"] == 6


async def test_a_version_that_is_pushed_out_while_it_runs_ends_quietly(tmp_path: Path) -> None:
    gate = Gate()
    async with session(tmp_path, tokens("Hello", gate=gate)) as s:
        (run,) = await s.run()
        await s.model.exchange()
        await s.save("two\n", "three\n", "four\n", "five\n")
        assert "greet" in await s.text(run["uri"])
        gate.open()
        await s.client.progress_end()
        assert s.told() == []
        listed = check_versions(await s.versions())
        assert [version["runs"] for version in listed["versions"]] == [0, 0, 0, 0]
        assert (await s.run_to_end())["status"] == "succeeded"
