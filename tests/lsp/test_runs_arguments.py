"""What runStep and its neighbours refuse, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from fourfold.lsp.commands.names import MODULES
from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path


WRONG_FIELDS = [
    ({"versions": [7]}, "versions", "v1"),
    ({"versions": []}, "versions", '"all"'),
    ({"versions": "some"}, "versions", '"all"'),
    ({"versions": [True]}, "versions", '"all"'),
    ({"versions": [1, 1]}, "versions", "once"),
    ({"repeat": 0}, "repeat", "1 to 20"),
    ({"repeat": 21}, "repeat", "1 to 20"),
    ({"repeat": "2"}, "repeat", "1 to 20"),
    ({"inputs": ["a"]}, "inputs", "object"),
    ({"model": 3}, "model", "text"),
    ({"fresh": "yes"}, "fresh", "true or false"),
    ({"test": "missing"}, "test", "missing"),
    ({"version": 1}, "version", "versions"),
    ({"uri": "file:///elsewhere.md"}, "uri", "prompts"),
    ({"uri": None}, "uri", "prompt file"),
]


async def test_a_wrong_field_is_named_with_what_is_allowed(tmp_path: Path) -> None:
    async with session(tmp_path) as s:
        for fields, field, allowed in WRONG_FIELDS:
            with pytest.raises(JsonRpcException) as caught:
                await s.client.run("fourfold.runStep", {"uri": s.uri, **fields})
            assert caught.value.code == -32602, fields
            assert caught.value.data["field"] == field
            assert caught.value.message.startswith(field)
            assert allowed in caught.value.message
        assert s.model.requests == []
        assert (await s.versions())["versions"][0]["runs"] == 0


async def test_only_a_run_of_this_step_is_shown(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello"), files={"prompts/other.md": "Other\n"}) as s:
        with pytest.raises(JsonRpcException, match="v1 of greet has not been run yet"):
            await s.client.run("fourfold.showRun", uri=s.uri)
        ended = await s.run_to_end()
        other = (s.folder / "prompts" / "other.md").as_uri()
        for uri, run in ((other, ended["id"]), (s.uri, "0123456789abcdef"), (s.uri, "nonsense")):
            with pytest.raises(JsonRpcException) as caught:
                await s.client.run("fourfold.showRun", uri=uri, run=run)
            assert caught.value.code == -32602
            assert caught.value.message.startswith("run: ")


async def test_a_command_without_its_argument_is_refused_clearly(tmp_path: Path) -> None:
    async with session(tmp_path) as s:
        for command in MODULES:
            for arguments in ([None], ["greet"], [[]], [{"uri": s.uri}, 1]):
                with pytest.raises(JsonRpcException, match="takes one object") as caught:
                    await s.client.workspace_execute_command_async(
                        types.ExecuteCommandParams(command, arguments)
                    )
                assert caught.value.code == -32602
        assert (await s.versions())["versions"][0]["runs"] == 0
