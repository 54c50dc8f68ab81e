"""What a server may answer to a client, given what the client announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp.support.rules import check_edit, outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lsp.support.client import StrictClient


def check_result(client: StrictClient, method: str, params: Any, result: Any) -> Iterator[str]:
    """The server's answer to one request."""
    if result is not None and (check := _CHECKS.get(method)) is not None:
        yield from check(client, params, result)


def _initialize(client: StrictClient, params: Any, result: types.InitializeResult) -> Iterator[str]:
    server, profile = result.capabilities, client.profile
    offered = profile.get("general.positionEncodings") or ["utf-16"]
    if (chosen := server.position_encoding or "utf-16") not in offered:
        yield f"the server chose {chosen}, the client offered {offered}"
    workspace = server.workspace
    if workspace and workspace.text_document_content:
        if profile.get("workspace.textDocumentContent") is None:
            yield "advertised textDocumentContent to a client without it"
    elif profile.get("workspace.textDocumentContent") is not None:
        yield "did not advertise textDocumentContent to a client with it"
    operations = workspace.file_operations if workspace else None
    for name, path in (("did_rename", "didRename"), ("will_rename", "willRename")):
        if getattr(operations, name, None) and not profile.get(f"workspace.fileOperations.{path}"):
            yield f"advertised {path} to a client without it"
    prepares = isinstance(server.rename_provider, types.RenameOptions)
    if prepares and not profile.get("textDocument.rename.prepareSupport"):
        yield "advertised rename options to a client without prepareSupport"
    literals = profile.get("textDocument.codeAction.codeActionLiteralSupport")
    if isinstance(server.code_action_provider, types.CodeActionOptions) and not literals:
        yield "advertised code action options to a client without codeActionLiteralSupport"


def _command(client: StrictClient, command: types.Command | None, where: str) -> Iterator[str]:
    if command is not None and command.command not in client.commands:
        yield f"a {where} with the command {command.command!r}, which the server does not offer"


def _lenses(client: StrictClient, params: Any, lenses: list[types.CodeLens]) -> Iterator[str]:
    yield from outside(client, params.text_document.uri, [lens.range for lens in lenses])
    for lens in lenses:
        yield from _command(client, lens.command, "lens")
        if lens.range.start.line != lens.range.end.line:
            yield "a lens over more than one line"
        if lens.command is None and not client.resolves_lenses:
            yield "a lens without a command that cannot be resolved"


def _actions(client: StrictClient, params: types.CodeActionParams, actions: Any) -> Iterator[str]:
    support = client.profile.get("textDocument.codeAction") or {}
    for action in actions:
        if isinstance(action, types.Command):
            yield from _command(client, action, "code action")
            continue
        if not support.get("codeActionLiteralSupport"):
            yield f"the code action {action.title!r} as a literal without its capability"
        if action.disabled and not support.get("disabledSupport"):
            yield f"the disabled code action {action.title!r} without disabledSupport"
        if action.data is not None and not support.get("dataSupport"):
            yield f"data in the code action {action.title!r} without dataSupport"
        only = params.context.only
        kind = action.kind or ""
        if only and not any(kind == one or kind.startswith(f"{one}.") for one in only):
            yield f"the code action {action.title!r} is {kind!r}, asked for was {list(only)}"
        yield from _command(client, action.command, "code action")
        if action.edit is not None:
            yield from check_edit(client, action.edit)


def _completion(client: StrictClient, params: Any, result: Any) -> Iterator[str]:
    support = client.profile.get("textDocument.completion.completionItem") or {}
    for item in getattr(result, "items", result):
        if item.insert_text_format == types.InsertTextFormat.Snippet and not support.get(
            "snippetSupport"
        ):
            yield f"the completion {item.label!r} as a snippet without snippetSupport"
        if isinstance(item.text_edit, types.InsertReplaceEdit):
            if not support.get("insertReplaceSupport"):
                yield f"the completion {item.label!r} inserts or replaces without its capability"
            continue
        if item.text_edit is not None:
            where = item.text_edit.range
            yield from outside(client, params.text_document.uri, [where])
            if where.start.line != where.end.line or where.start > params.position:
                yield f"the completion {item.label!r} replaces what is not at the cursor"


def _definition(client: StrictClient, params: Any, result: Any) -> Iterator[str]:
    found = result if isinstance(result, (list, tuple)) else [result]
    links = any(isinstance(one, types.LocationLink) for one in found)
    if links and not client.profile.get("textDocument.definition.linkSupport"):
        yield "a definition as a link without linkSupport"
    for one in found:
        if isinstance(one, types.Location):
            yield from outside(client, one.uri, [one.range])


def _links(client: StrictClient, params: Any, links: list[types.DocumentLink]) -> Iterator[str]:
    yield from outside(client, params.text_document.uri, [link.range for link in links])
    tooltips = client.profile.get("textDocument.documentLink.tooltipSupport")
    if not tooltips and any(link.tooltip for link in links):
        yield "a link with a tooltip without tooltipSupport"


def _prepare_rename(client: StrictClient, params: Any, result: Any) -> Iterator[str]:
    if (where := getattr(result, "range", None)) is not None:
        yield from outside(client, params.text_document.uri, [where])


def _rename(client: StrictClient, params: Any, edit: types.WorkspaceEdit) -> Iterator[str]:
    yield from check_edit(client, edit)


def _hover(client: StrictClient, params: types.HoverParams, hover: types.Hover) -> Iterator[str]:
    formats = client.profile.get("textDocument.hover.contentFormat") or ["plaintext"]
    if isinstance(hover.contents, types.MarkupContent) and hover.contents.kind not in formats:
        yield f"a hover as {hover.contents.kind} to a client that shows {formats}"
    if hover.range is not None:
        yield from outside(client, params.text_document.uri, [hover.range])


_CHECKS: dict[str, Callable[[StrictClient, Any, Any], Iterator[str]]] = {
    types.INITIALIZE: _initialize,
    types.TEXT_DOCUMENT_CODE_LENS: _lenses,
    types.TEXT_DOCUMENT_CODE_ACTION: _actions,
    types.TEXT_DOCUMENT_HOVER: _hover,
    types.TEXT_DOCUMENT_COMPLETION: _completion,
    types.TEXT_DOCUMENT_DEFINITION: _definition,
    types.TEXT_DOCUMENT_DOCUMENT_LINK: _links,
    types.TEXT_DOCUMENT_PREPARE_RENAME: _prepare_rename,
    types.TEXT_DOCUMENT_RENAME: _rename,
}
