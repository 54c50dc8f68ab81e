"""The commands that show versions side by side, and what a board's page asks for."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from fourfold.app.answers.board import ActedOnBoard, Board, RunPage
from fourfold.app.answers.files import Opened
from fourfold.app.described import Action, Command, Inputs, PromptUri, Text, VersionNumbers


class OpenBoard(Command):
    """The board, with the last test report, or that of `id` or of the report that `uri` is, which
    the client shows, where it announces `rendersBoards`; else the address of a page on this machine
    with it, which is also opened in the browser. That page follows what is saved and run; its
    address lets one browser in."""

    answer: ClassVar[Any] = Board | Opened
    uri: PromptUri
    id: Text | None = None


class OpenRun(Command):
    """One response with all that is kept of it, which the client shows in the board's page, where
    it announces `rendersBoards`; else its document is opened. Without `run`: the one that speaks
    for the current version."""

    answer: ClassVar[Any] = RunPage | Opened
    uri: PromptUri
    run: Text | None = None


class RunAction(Action, tag="run"):
    """Runs versions: one is asked anew, of several what is missing. `inputs` go before the values
    that inputs have by themselves."""

    versions: VersionNumbers
    inputs: Inputs | None = None


class CancelAction(Action, tag="cancel"):
    """Cancels these runs."""

    runs: Annotated[list[str], Meta(min_length=1)]


class MakeCurrentAction(Action, tag="makeCurrent"):
    """Makes a version current, as `fourfold.setCurrentVersion`."""

    version: int


class RateAction(Action, tag="rate"):
    """Keeps what the user says of a run, as `fourfold.rate`."""

    run: str
    rating: Literal[-1, 0, 1]
    note: str = ""


class RunTestsAction(Action, tag="test"):
    """Runs the kept versions on the tests until it is certain which is better, with so many calls
    at most. What was answered before is taken over."""

    max_calls: Annotated[int, Meta(ge=1)]


class StopTestsAction(Action, tag="stopTests"):
    """Stops the tests that go on; what is done is kept."""


class KeepInputsAction(Action, tag="keepInputs"):
    """Keeps values of inputs under a name, as a test beside the prompt that any answer fulfils."""

    name: Text
    inputs: Inputs


BoardAction = (
    RunAction
    | CancelAction
    | MakeCurrentAction
    | RateAction
    | RunTestsAction
    | StopTestsAction
    | KeepInputsAction
)


class ActOnBoard(Command):
    """Does what the page of a board asks for, for a client that renders boards: it passes on what
    its page says."""

    answer: ClassVar[Any] = ActedOnBoard
    uri: PromptUri
    action: Annotated[BoardAction, Meta(title="an action of a board, such as run")]
