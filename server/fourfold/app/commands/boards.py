"""The command that shows versions side by side."""

from __future__ import annotations

from typing import Any, ClassVar

from fourfold.app.answers.board import Board
from fourfold.app.answers.files import Opened
from fourfold.app.described import Command, PromptUri, Text


class OpenBoard(Command):
    """The board, with the last test report or that of `id`, which the client shows, where it
    announces `rendersBoards`; else the address of a page on this machine with it, which is also
    opened in the browser. That page follows what is saved and run; its address lets one browser
    in."""

    answer: ClassVar[Any] = Board | Opened
    uri: PromptUri
    id: Text | None = None
