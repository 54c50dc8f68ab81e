"""Models from config.toml and the environment."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from fourfold.llm.configuration import ModelConfiguration
from fourfold.llm.endpoints import Endpoint, is_loopback, normalize_endpoint
from fourfold.llm.integration import ModelError
from fourfold.user.secret import Secret

CONFIG = Path("config.toml")


def build(models: Any = None, **environment: str) -> ModelConfiguration:
    return ModelConfiguration.build(models or {}, environment, CONFIG)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"OPENAI_API_KEY": " "}, None),
        ({"OPENAI_API_KEY": "k"}, ("https://api.openai.com/v1", Secret("k"))),
        ({"OPENAI_BASE_URL": "http://localhost:1/v1/"}, ("http://localhost:1/v1", None)),
        (
            {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://x.example/v1"},
            ("https://x.example/v1", Secret("k")),
        ),
    ],
)
def test_openai_is_there_with_a_key_or_an_address(
    environment: dict[str, str], expected: tuple[str, Secret | None] | None
) -> None:
    openai = build(**environment).openai
    assert (openai and (openai.url, openai.key)) == expected


def test_the_default_model_comes_from_the_environment_or_is_built_in() -> None:
    assert build().openai_model is None
    assert build(OPENAI_MODEL="big").openai_model == "big"


def test_a_named_model_has_the_key_its_variable_holds() -> None:
    models = {
        "fast": {
            "endpoint": "https://x.example/v1",
            "id": "fast-1",
            "keyEnv": "X_KEY",
            "options": {"temperature": 0},
        },
        "plain": {"endpoint": "http://localhost:1234/v1"},
    }
    named = build(models, X_KEY="secret", OPENAI_API_KEY="other").named
    assert named["fast"].id == "fast-1"
    assert named["fast"].endpoint == Endpoint("https://x.example/v1", Secret("secret"), "X_KEY")
    assert named["fast"].options == {"temperature": 0}
    assert named["plain"].id == "plain"
    assert named["plain"].endpoint.key is None


def test_a_named_model_at_openais_address_uses_openais_key() -> None:
    models = {"small": {"endpoint": "https://API.openai.com/v1/", "id": "small"}}
    configuration = build(models, OPENAI_API_KEY="k")
    assert configuration.named["small"].endpoint == configuration.openai


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({}, "`endpoint` is missing"),
        ("https://x.example", "write it as a table"),
        ({"endpoint": "x.example/v1"}, "cannot be used"),
        ({"endpoint": "https://me:key@x.example/v1"}, "inside its address"),
        ({"endpoint": 3}, "`endpoint` must be a text"),
        ({"endpoint": "https://x.example", "options": "hot"}, "`options` must be a table"),
    ],
)
def test_a_broken_entry_is_named_and_leaves_the_others(entry: object, expected: str) -> None:
    configuration = build({"bad": entry, "good": {"endpoint": "https://x.example/v1"}})
    assert list(configuration.named) == ["good"]
    assert configuration.broken["bad"].startswith("[models.bad] in config.toml: ")
    assert expected in configuration.broken["bad"]
    assert "key@" not in configuration.broken["bad"]


def test_a_secret_shows_itself_nowhere() -> None:
    configuration = build({}, OPENAI_API_KEY="sk-hidden")
    assert configuration.openai is not None
    key = configuration.openai.key
    for shown in (repr(configuration), str(key), f"{key}", repr([key])):
        assert "sk-hidden" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (" HTTPS://X.Example:443/v1/ ", "https://x.example/v1"),
        ("http://x.example:80", "http://x.example"),
        ("http://x.example:8080/v1?a=b#c", "http://x.example:8080/v1"),
        ("http://[::1]:11434/v1", "http://[::1]:11434/v1"),
        ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1"),
    ],
)
def test_equal_addresses_become_equal_texts(url: str, expected: str) -> None:
    assert normalize_endpoint(url) == expected
    assert normalize_endpoint(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.example/v1",
        "ftp://x.example",
        "file:///etc/passwd",
        "https://",
        "https://api.openai.com\\@evil.example/",
        "https://api.openai.com@evil.example/",
        "https://x.example:port/",
        "https://x\n.example/",
        "https://x.example:99999/",
        "https://[::1",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ModelError):
        normalize_endpoint(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:1", True),
        ("http://127.0.0.2", True),
        ("http://[::1]:8", True),
        ("http://localhost.example", False),
        ("http://10.0.0.1", False),
    ],
)
def test_loopback(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
