"""The group `fourfold`, and what every command of it does with errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fourfold import __version__
from fourfold.cli import (
    batches,
    check,
    compare,
    completion,
    diff,
    doctor,
    exchange,
    gc,
    init,
    log,
    marks,
    mcp,
    models,
    rate,
    render,
    report,
    runs,
    serve,
    team,
    testing,
    versions,
    view,
    worker,
    workflow,
)
from fourfold.cli.errors import EXIT_CODES, NOT_SO, Failure, failed, failure, stopped
from fourfold.cli.output import print_answer
from fourfold.cli.stopping import stoppable
from fourfold.cli.stream import guard_streams
from fourfold.errors import FourfoldError, unforeseen

if TYPE_CHECKING:
    from fourfold.cli.mcp import ServeAgent
    from fourfold.cli.serve import Serve


class FourfoldGroup(click.Group):
    """Turns errors into one sentence on stderr and an exit code; never a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        # Not `python -m fourfold`: completion goes by the name.
        kwargs.setdefault("prog_name", "fourfold")
        guard_streams()
        return super().main(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are used, not that of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        as_json = "--json" in ctx.args
        with stoppable() as stop:
            try:
                result = self._invoke(ctx)
            except click.ClickException as error:
                if as_json:
                    print_answer(failed(error))
                if stop.exit_code is None:
                    raise
                error.show()
            except KeyboardInterrupt:
                if as_json:
                    print_answer(stopped())
                raise click.exceptions.Exit(stop.exit_code or NOT_SO) from None
            except (click.Abort, click.exceptions.Exit):
                if stop.exit_code is None:
                    raise
            if stop.exit_code is not None:
                raise click.exceptions.Exit(stop.exit_code)
            return result

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FourfoldError as error:
            raise failure(error) from error
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            raise Failure(str(unforeseen(error))) from error


def make_cli(serve_editor: Serve, serve_agent: ServeAgent) -> click.Group:
    """The command line. `serve_editor(address)` serves an editor, `serve_agent(folder)` an agent;
    neither is this package's."""

    @click.group(
        cls=FourfoldGroup,
        epilog=EXIT_CODES,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @click.version_option(__version__, prog_name="fourfold", message="%(prog)s %(version)s")
    def fourfold() -> None:
        """Keep the last four versions of every prompt, run them, and compare the responses.

        STEP is a prompt file's path below prompts/ without its suffix: requirement, or
        requirement/refine; elsewhere its path below the workspace folder: src/chat/basic. The
        path of the file itself will do too. A version is written v3 or 3.
        """

    commands = [
        versions.list_steps,
        versions.show,
        diff.diff,
        versions.use,
        versions.save,
        marks.undo,
        marks.pin,
        marks.name,
        render.render,
        runs.run,
        log.log,
        compare.compare,
        testing.test,
        report.report,
        rate.rate,
        view.view,
        check.check,
        workflow.workflow,
        exchange.export,
        exchange.import_,
        team.team,
        worker.worker,
        batches.batch,
        models.model,
        init.init,
        doctor.doctor,
        gc.gc,
        serve.make_command(serve_editor),
        mcp.make_command(serve_agent),
        completion.make_command(fourfold),
    ]
    for command in commands:
        fourfold.add_command(command)
    return fourfold
