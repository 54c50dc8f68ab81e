"""The template for LSP4IJ, as its sources read a template's folder."""

from __future__ import annotations

import fnmatch
import json
import re
from typing import Any

import jsonschema_rs
import pytest

from editors.pages import PAGES, configurations

FOLDER = PAGES / "jetbrains/fourfold"
READ = {"template.json", "settings.json", "settings.schema.json", "README.md"}
"""What LSP4IJ reads, of what a template can have."""


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def test_the_folder_is_one_that_is_read() -> None:
    assert {path.name for path in FOLDER.iterdir()} == READ
    template = read("template.json")
    assert set(template) == {"id", "name", "programArgs", "languageMappings", "fileTypeMappings"}
    assert {"default", "windows"} == set(template["programArgs"])
    for mapping in template["fileTypeMappings"]:
        assert set(mapping) == {"fileType", "languageId"}
        assert set(mapping["fileType"]) == {"name", "patterns"}


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.prompty", "prompty"),
        ("a.prompt", "dotprompt"),
        ("a.prompt.yml", "yaml"),
        ("a.j2", "jinja"),
        ("workflow.yaml", "yaml"),
        ("a.tests.yaml", "yaml"),
        ("a.tests.jsonl", "json"),
        ("main.py", None),
        ("docker-compose.yml", None),
    ],
)
def test_a_file_has_its_language(name: str, language: str | None) -> None:
    found = {
        mapping["languageId"]
        for mapping in read("template.json")["fileTypeMappings"]
        for pattern in mapping["fileType"]["patterns"]
        if fnmatch.fnmatchcase(name, pattern)
    }
    assert found == ({language} if language else set())


def test_its_settings_are_fourfolds() -> None:
    schema, settings = read("settings.schema.json"), read("settings.json")
    jsonschema_rs.meta.validate(schema)
    jsonschema_rs.validator_for(schema).validate(settings)
    assert [json.loads(text) for text in configurations("jetbrains", "json")] == [settings]
    known = (PAGES.parent / "PROTOCOL.md").read_text(encoding="utf-8")
    for name in schema["properties"]["fourfold"]["properties"]:
        assert re.search(rf"^\| `{name}` \|", known, re.MULTILINE), name
