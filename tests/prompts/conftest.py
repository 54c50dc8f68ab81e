from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fourfold.prompts.formats import parse
from fourfold.prompts.references import References

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "prompts").mkdir(parents=True)
    return folder


@pytest.fixture
def references(workspace: Path) -> References:
    """Nothing is allowed from the environment, though it holds a secret."""
    return References(
        environment={"SECRET": "s3cret-value", "ALLOWED": "allowed value"},
        allowed_names=frozenset({"ALLOWED", "UNSET"}),
        prompt_file=workspace / "prompts" / "step.prompty",
        workspace=workspace,
    )


@pytest.fixture
def messages(references: References) -> Callable[..., list[tuple[str, str]]]:
    """Renders a text to (role, content) pairs."""

    def render(
        text: str, suffix: str = ".prompty", given: Mapping[str, Any] | None = None
    ) -> list[tuple[str, str]]:
        template = parse(text, suffix)
        rendered = template.render(template.inputs(given or {}), references)
        return [(message["role"], message["content"]) for message in rendered]

    return render
