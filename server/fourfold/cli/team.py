"""team: the evidence that several people share, in a database of PostgreSQL's."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project, take_in
from fourfold.cli.output import confirm, note, on_terminal, print_answer, print_table, say
from fourfold.cli.parameters import folder_option, json_option
from fourfold.errors import FourfoldError
from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.store.ports.team import Team


_LAST_TRY_SECONDS = 2.0


@click.group()
def team() -> None:
    """Share what is known of prompts with a team.

    [team] database in your own config.toml names the database of PostgreSQL's.
    """


@team.command()
@click.option(
    "--project", metavar="NAME", help="The team's project, else one named like the folder."
)
@click.option("--read", multiple=True, metavar="ROLE", help="Lets a role read it; again for more.")
@click.option(
    "--contribute", multiple=True, metavar="ROLE", help="Lets a role send too; again for more."
)
@folder_option
@json_option("Synced")
def init(
    project: str | None,
    read: tuple[str, ...],
    contribute: tuple[str, ...],
    folder: Path | None,
    as_json: bool,
) -> None:
    """Join the team's project with this folder; make it where it is not there.

    What was run here before goes up too, and what the others have sent comes down.
    """
    from fourfold.app.sharing import joining
    from fourfold.app.sharing.following import sync

    with open_project(folder) as opened:
        take_in(opened, opened.all_steps())
        joined_team, joined = joining.init(opened, project, read, contribute)
        try:
            synced = sync(opened, joined_team)
        finally:
            joined_team.close()
        if as_json:
            from fourfold.app.answers.exchange import Synced

            print_answer(Synced(project=joined.project, **synced._asdict()))
        else:
            say(f"This folder shares {joined.project} as {joined_team.person}. {_told(*synced)}")


@team.command()
@click.option("--live", is_flag=True, help="Go on until stdin ends.")
@folder_option
@json_option("Synced")
def sync(live: bool, folder: Path | None, as_json: bool) -> None:
    """Send what waits, and take in what has come. Editors do that by themselves."""
    from fourfold.app.sharing import following, joining

    with open_project(folder) as project:
        if live:
            reached = threading.Event()
            ended = _until_stdin_ends(reached)
            following.follow_alone(project, ended, reached, note=note)
            return
        joined = joining.joined(project)
        opened = joining.open_joined(project)
        try:
            synced = following.sync(project, opened)
        finally:
            opened.close()
    if as_json:
        from fourfold.app.answers.exchange import Synced

        print_answer(Synced(project=joined.project, **synced._asdict()))
    else:
        say(_told(*synced))


@team.command()
@folder_option
@json_option("TeamStatus")
def status(folder: Path | None, as_json: bool) -> None:
    """Say what is shared, with whom, and what waits. Exit code 3 where nobody answers."""
    from fourfold.app.answers.exchange import Person, TeamStatus
    from fourfold.app.sharing import joining

    with open_project(folder, looks=True) as project:
        joined, share = joining.joined(project), joining.team_settings(project).share
        waiting = project.store.waiting()
        try:
            opened = joining.open_joined(project)
        except FourfoldError:
            if waiting:
                note(f"{figures.counted(waiting, 'run')} to go up.")
            raise
        try:
            people = opened.counts()
            person, may_send = opened.person, opened.may_send
        finally:
            opened.close()
    if as_json:
        print_answer(
            TeamStatus(
                project=joined.project,
                person=person,
                share=share,
                may_send=may_send,
                waiting=waiting,
                people=[Person(name=name, runs=runs, said=said) for name, runs, said in people],
            )
        )
        return
    rights = "sends and reads" if may_send else "only reads"
    say(f"{joined.project}: {person} {rights}{', scores alone' * (share == 'scores')}.")
    if waiting and may_send:
        note(f"{figures.counted(waiting, 'run')} to go up.")
    if people:
        rows = [[name, figures.count(runs), figures.count(said)] for name, runs, said in people]
        print_table(("Person", "Runs", "Scores and ratings"), rows, ["<", ">", ">"])


@team.command()
@folder_option
def leave(folder: Path | None) -> None:
    """Share no more. What the team has stays there, and what has come stays here."""
    from fourfold.app.sharing import joining

    with open_project(folder, looks=True) as project:
        joined = joining.joined(project)
        project.store.leave()
    say(f"This folder shares {joined.project} no more.")


@team.command()
@click.option(
    "--days", type=click.IntRange(min=0), required=True, help="Delete what was sent before so many."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@folder_option
@json_option("Pruned")
def prune(days: int, yes: bool, folder: Path | None, as_json: bool) -> None:
    """Delete old evidence from the team's database.

    Yours; the owner of the project deletes everybody's. What has come down to people stays there.
    """
    from fourfold.app.sharing import joining

    with open_project(folder, looks=True) as project:
        opened = joining.open_joined(project)
        try:
            _ask(opened, days, yes=yes)
            gone = opened.prune(days)
        finally:
            opened.close()
    if as_json:
        from fourfold.app.answers.exchange import Pruned

        print_answer(Pruned(deleted=gone))
    else:
        say(f"{figures.counted(gone, 'line')} deleted.")


def _ask(opened: Team, days: int, *, yes: bool) -> None:
    if yes:
        return
    when = f" more than {figures.counted(days, 'day')} ago" if days else ""
    what = f"all that was sent to {opened.named[0].lower()}{opened.named[1:]}{when}"
    if not on_terminal(sys.stdin):
        raise click.UsageError(f"--yes is missing, without which {what} is not deleted.")
    if not confirm(f"Delete {what}?"):
        raise click.Abort


def _told(sent: int, received: int) -> str:
    return f"{figures.counted(sent, 'run')} sent; {figures.count(received)} new from others."


def _until_stdin_ends(reached: threading.Event) -> threading.Event:
    """Is set once whoever started this process is gone, or wants it to end. A database that is not
    `reached` then is not waited for."""
    ended = threading.Event()

    def read() -> None:
        while sys.stdin.read(4096):
            pass
        ended.set()
        if not reached.wait(_LAST_TRY_SECONDS):
            os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return ended
