"""JavaScript that is written where its value is wanted: an expression, or a function's body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.evals.javascript.engine import shared_engine

if TYPE_CHECKING:
    from collections.abc import Mapping

_DECLARATIONS = ("const ", "let ", "var ")
# Numbers that JSON has no word for, told from null.
_CALL = (
    "Promise.resolve(new Function('output', 'context', body)(output, context))"
    ".then(it => typeof it === 'number' && !Number.isFinite(it) ? {endless: String(it)} : it)"
)


def call_inline(code: str, output: Any, context: Mapping[str, Any]) -> Any:
    """The value of `code`, in which `output` and `context` are there. Raises JavaScriptError.

    One line is an expression, which declarations may stand before; several are a body that returns.
    """
    return shared_engine().evaluate(_CALL, body=_body(code), output=output, context=dict(context))


def _body(code: str) -> str:
    code = code.rstrip()
    if "\n" in code:
        return code
    code = code.rstrip(";").rstrip()
    if code.startswith(_DECLARATIONS) and ";" in code:
        before, _, last = code.rpartition(";")
        return f"{before}; return {last}"
    return f"return {code}"
