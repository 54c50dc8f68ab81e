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
        if isinstance(exc, InvalidArgumentError):
            text = str(exc)
            message = label(text if exc.field in text else f"{exc.field}: {text}")
            code = types.ErrorCodes.InvalidParams
            return types.ResponseError(code, message, exc.data)
        if isinstance(exc, FourfoldError):
            return types.ResponseError(types.LSPErrorCodes.RequestFailed, label(str(exc)))
        if isinstance(exc, JsonRpcException):
            return types.ResponseError(exc.code, exc.message, exc.data)
        if isinstance(exc, FramingError):
            lost = f"Messages cannot be followed any more, since {exc}: start Fourfold again."
            return types.ResponseError(types.ErrorCodes.ParseError, lost)
        logger.error("A request could not be handled.", exc_info=exc)
        message = f"Fourfold could not do this ({type(exc).__name__}). Its log says more."
        return types.ResponseError(types.ErrorCodes.InternalError, message)
