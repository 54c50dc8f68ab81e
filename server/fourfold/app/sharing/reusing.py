"""Whether an answer of the team's may stand for a request of this user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.privacy import is_private

if TYPE_CHECKING:
    from fourfold.settings import WorkspaceSettings


def may_reuse(settings: WorkspaceSettings, text: str) -> bool:
    """Where the user allows it, and never for a prompt that is private."""
    return settings.team is not None and settings.team.reuse and not is_private(text)
