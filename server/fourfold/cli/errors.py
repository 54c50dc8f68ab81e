"""How a command says that it could not do what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.app.answers.command_line import Failed
    from fourfold.errors import ErrorKind

EXIT_CODES = """\b
Exit codes:
  0  done
  1  the thing asked about is not so: a run that failed, texts that differ
  2  wrong use: an unknown command, step, version or input
  3  could not be done: no model, a file that cannot be written
  4  not proven: what fourfold test --require asks for
  130, 143  stopped by Ctrl-C or SIGTERM, with what there is still printed"""

NOT_SO = 1
NOT_DONE = 3
NOT_PROVEN = 4


class Failure(click.ClickException):
    """Something could not be done; one sentence for stderr."""

    exit_code = NOT_DONE

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class WrongUse(Failure):
    """Something was asked for that there is not."""

    exit_code = 2


def failure(error: FourfoldError) -> Failure:
    """How a command ends that could not do it, or was not asked for what can be done."""
    from fourfold.prompts.failures import MissingInputError

    is_wrong = isinstance(error, InvalidArgumentError) and not isinstance(error, MissingInputError)
    return (WrongUse if is_wrong else Failure)(str(error))


def failed(error: click.ClickException) -> Failed:
    """What `--json` prints of an error, whatever has raised it."""
    from fourfold.app.answers.command_line import Failed
    from fourfold.app.answers.errors import Error

    if isinstance(error.__cause__, FourfoldError):
        return Failed(error=Error.of(error.__cause__))
    kind: ErrorKind = "own" if error.exit_code == NOT_DONE else "bad_input"
    field = error.param.name if isinstance(error, click.BadParameter) and error.param else None
    return Failed(error=Error(kind=kind, message=error.format_message(), field=field))


def stopped() -> Failed:
    """What `--json` prints after Ctrl-C or SIGTERM where there is no answer."""
    from fourfold.app.answers.command_line import Failed
    from fourfold.app.answers.errors import Error

    return Failed(error=Error(kind="cancelled", message="The command was stopped.", field=None))
