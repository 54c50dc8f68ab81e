"""How a command says that it could not do what was asked."""

from __future__ import annotations

import click

from fourfold.visible import one_line

EXIT_CODES = """\b
Exit codes:
  0  done
  1  the thing asked about is not so: a run that failed, texts that differ
  2  wrong use: an unknown command, step or version
  3  could not be done: no model, a file that cannot be written"""

NOT_SO = 1


class Failure(click.ClickException):
    """Something could not be done; one sentence for stderr."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class WrongUse(Failure):
    """Something was asked for that there is not."""

    exit_code = 2
