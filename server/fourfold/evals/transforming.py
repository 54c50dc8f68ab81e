"""What code makes of a response before it is held against anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.evals.javascript.inline import call_inline
from fourfold.evals.outside import ProgramFailedError
from fourfold.evals.program import Program
from fourfold.evals.values import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.evals.outside import Asking
    from fourfold.evals.response import Response


def transformed(
    response: Response,
    transform: str | None,
    variables: Mapping[str, Any],
    read_file: Callable[[str], Any] | None,
) -> Asking[Response]:
    """The response with the output that `transform`, code or a `file://` of it, makes of it.

    Raises FourfoldError, also where it makes nothing of it.
    """
    if not transform:
        return response
    context = {"vars": dict(variables), "prompt": response.prompt}
    try:
        if transform.startswith(FILE) and read_file is not None:
            program = read_file(transform)
            if not isinstance(program, Program):
                raise FourfoldError(f"The transform {transform} is no program.")
            output = yield from program.call(response.output, context, "get_transform")
        else:
            output = call_inline(transform, response.output, context)
    except ProgramFailedError as error:
        raise FourfoldError(f"The transform gave no value: {error}.") from None
    if output is None:
        raise FourfoldError("The transform gave no value: several lines need a return.")
    return replace(response, output=output)
