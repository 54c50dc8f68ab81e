"""Opens the desk of a folder that shares with a team."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fourfold.app.sharing.joining import (
    joined,
    open_joined,
    require_contributor,
    team_settings,
)
from fourfold.app.workers.desk import Desk
from fourfold.errors import FourfoldError
from fourfold.project.opening import open_team

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fourfold.app.engine import Engine
    from fourfold.project.project import Project


@asynccontextmanager
async def open_desk(
    engine: Engine, project: Project, note: Callable[[str], None]
) -> AsyncIterator[Desk]:
    """FourfoldError where the folder shares with no team, where its database cannot be reached, or
    where the user may not ask there, or keeps prompts to themselves."""
    settings = team_settings(project)
    if settings.share == "scores":
        raise FourfoldError(
            'Workers need the prompts, and `[team] share = "scores"` keeps them here: test without '
            "--workers."
        )
    name = (await engine.call(joined, project)).project
    first = await engine.call(open_joined, project)
    first.close()
    require_contributor(first)
    desk = Desk(lambda: open_team(settings.database, name), note)
    try:
        yield desk
    finally:
        await asyncio.shield(desk.close())
