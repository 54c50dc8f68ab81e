"""The project of a team's that a folder shares with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.project.opening import open_team
from fourfold.settings import user_file
from fourfold.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.project.project import Project
    from fourfold.settings import TeamSettings
    from fourfold.store.facts import Joined
    from fourfold.store.ports.team import Team

_NO_PART_OF_A_NAME = re.compile(r"[^a-z0-9_-]+")
_LONGEST_NAME = 40


def team_settings(project: Project) -> TeamSettings:
    """FourfoldError where the user has named no database."""
    found = project.settings.team
    if found is None:
        raise FourfoldError(
            "There is no team's database: name one in your own "
            f'{user_file()}, as in [team] database = "postgresql://HOST/DATABASE".'
        )
    return found


def init(
    project: Project, name: str | None, read: Sequence[str], contribute: Sequence[str]
) -> tuple[Team, Joined]:
    """Joins the project `name` of the team, else the one named like the folder; makes it, or brings
    its tables up to date, where this user may. All that is known here goes up with the next sync.

    The caller closes the team. Raises FourfoldError.
    """
    settings = team_settings(project)
    name = name or _name_of(project)
    try:
        team = open_team(settings.database, name, make=True)
    except StoreError:
        # Who may not make it joins what is there.
        team = open_team(settings.database, name)
    try:
        if read or contribute:
            team.grant(read, contribute)
        project.store.join(name, team.token)
    except BaseException:
        team.close()
        raise
    return team, joined(project)


def joined(project: Project) -> Joined:
    """FourfoldError where the folder shares with nobody."""
    found = project.store.joined() if project.is_used else None
    if found is None:
        raise FourfoldError("This folder shares with no team yet: `fourfold team init` joins one.")
    return found


def open_joined(project: Project) -> Team:
    """The team's project that the folder has joined; FourfoldError, also where the database of now
    has another one of that name."""
    settings, known = team_settings(project), joined(project)
    team = open_team(settings.database, known.project)
    if team.token != known.token:
        team.close()
        raise FourfoldError(
            f"{team.named} is another one than the folder has joined: `fourfold team init` joins "
            "it."
        )
    return team


def require_contributor(team: Team) -> None:
    """FourfoldError where this user only reads."""
    if not team.may_send:
        raise FourfoldError(
            f"{team.named} lets you read alone: its owner lets you contribute with `fourfold team "
            "init --contribute ROLE`."
        )


def _name_of(project: Project) -> str:
    name = _NO_PART_OF_A_NAME.sub("-", project.folder.name.lower()).strip("-")
    return name[:_LONGEST_NAME] or "prompts"
