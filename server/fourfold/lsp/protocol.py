"""What a client is told where its request is refused, or went wrong."""

from __future__ import annotations

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.lsp.labels import label
from fourfold.lsp.pygls_repairs.framing import FramingError
from fourfold.lsp.pygls_repairs.protocol import RepairedProtocol

logger = logging.getLogger(__name__)


class Protocol(RepairedProtocol):
    """Turns what handlers raise into JSON-RPC errors."""

    # They tell what later messages are about, for which they look at the disk.
    taken_in_first = frozenset(
        {
            types.INITIALIZED,
            types.TEXT_DOCUMENT_DID_OPEN,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        }
    )

    def response_error(self, exc: BaseException) -> types.ResponseError:
        """What the client is told when a handler raised `exc`; never a traceback or a secret."""
        if isinstance(exc, FourfoldError):
            from fourfold.app.answers.errors import Error

            is_wrong = isinstance(exc, InvalidArgumentError)
            code = types.ErrorCodes.InvalidParams if is_wrong else types.LSPErrorCodes.RequestFailed
            message = str(exc) if exc.field is None else f"{exc.field}: {exc}"
            return types.ResponseError(code, label(message), Error.of(exc).to_json())
        if isinstance(exc, JsonRpcException):
            return types.ResponseError(exc.code, exc.message, exc.data)
        if isinstance(exc, FramingError):
            lost = f"Messages cannot be followed any more, since {exc}: start Fourfold again."
            return types.ResponseError(types.ErrorCodes.ParseError, lost)
        logger.error("A request could not be handled.", exc_info=exc)
        message = f"Fourfold could not do this ({type(exc).__name__}). Its log says more."
        return types.ResponseError(types.ErrorCodes.InternalError, message)
