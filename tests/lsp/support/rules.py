"""What a server may send to a client, given what the client announced.

Every function yields the violations as sentences; none means that all is well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp.support.positions import OutsideError, offset_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lsp.support.client import StrictClient

MOST_ACTIONS = 9

REFRESHES = {
    types.WORKSPACE_CODE_LENS_REFRESH: "workspace.codeLens.refreshSupport",
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH: "workspace.semanticTokens.refreshSupport",
    types.WORKSPACE_INLAY_HINT_REFRESH: "workspace.inlayHint.refreshSupport",
    types.WORKSPACE_INLINE_VALUE_REFRESH: "workspace.inlineValue.refreshSupport",
    types.WORKSPACE_DIAGNOSTIC_REFRESH: "workspace.diagnostics.refreshSupport",
    types.WORKSPACE_FOLDING_RANGE_REFRESH: "workspace.foldingRange.refreshSupport",
}
NEEDS = {
    **REFRESHES,
    types.WORKSPACE_APPLY_EDIT: "workspace.applyEdit",
    types.WORKSPACE_CONFIGURATION: "workspace.configuration",
    types.WORKSPACE_WORKSPACE_FOLDERS: "workspace.workspaceFolders",
    types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH: "workspace.textDocumentContent",
    types.WINDOW_SHOW_DOCUMENT: "window.showDocument.support",
    types.WINDOW_WORK_DONE_PROGRESS_CREATE: "window.workDoneProgress",
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: "textDocument.publishDiagnostics",
}
ANNOUNCED = {
    "fourfold/apiKey": "keys",
    "fourfold/askModel": "models",
    "fourfold/cancelModel": "models",
    "fourfold/workflowEnded": "tellsEnds",
}
"""What a client announces to get a message of Fourfold's own; for the others it is `events`."""

ALWAYS = {
    types.CLIENT_REGISTER_CAPABILITY,
    types.CLIENT_UNREGISTER_CAPABILITY,
    types.WINDOW_SHOW_MESSAGE_REQUEST,
    types.WINDOW_SHOW_MESSAGE,
    types.WINDOW_LOG_MESSAGE,
    types.TELEMETRY_EVENT,
    types.PROGRESS,
    types.CANCEL_REQUEST,
}
_SYNCHRONIZATION = {
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.TEXT_DOCUMENT_DID_SAVE,
    types.TEXT_DOCUMENT_WILL_SAVE,
    types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL,
}


def check_message(client: StrictClient, method: str, params: Any) -> Iterator[str]:
    """A request or notification of the server."""
    if method.startswith("fourfold/"):
        needed = f"experimental.fourfold.{ANNOUNCED.get(method, 'events')}"
        if not client.profile.get(needed):
            yield f"{method} without {needed}"
        return
    if (path := NEEDS.get(method)) is not None:
        support = client.profile.get(path)
        if support is None or support is False:
            yield f"{method} without {path}"
    elif method not in ALWAYS:
        yield f"{method} is nothing that this client knows"
    if (check := _CHECKS.get(method)) is not None:
        yield from check(client, params)


def _registration(client: StrictClient, params: types.RegistrationParams) -> Iterator[str]:
    for registration in params.registrations:
        method = registration.method
        area, _, name = method.partition("/")
        if method in _SYNCHRONIZATION:
            name = "synchronization"
        elif name.endswith("Files") and name != "didChangeWatchedFiles":
            name = "fileOperations"
        elif name == "didChangeWorkspaceFolders":
            if not client.profile.get("workspace.workspaceFolders"):
                yield f"registered {method} without workspace.workspaceFolders"
            continue
        path = f"{area}.{name}.dynamicRegistration"
        if not client.profile.get(path):
            yield f"registered {method} without {path}"
        relative = client.profile.get("workspace.didChangeWatchedFiles.relativePatternSupport")
        if name == "didChangeWatchedFiles" and not relative:
            options = registration.register_options
            watchers = options["watchers"] if isinstance(options, dict) else options.watchers
            for watcher in watchers:
                glob = watcher["globPattern"] if isinstance(watcher, dict) else watcher.glob_pattern
                if not isinstance(glob, str):
                    yield "watches a relative pattern without relativePatternSupport"


def _unregistration(client: StrictClient, params: types.UnregistrationParams) -> Iterator[str]:
    for gone in params.unregisterations:
        if gone.id not in client.registrations:
            yield f"unregistered {gone.id}, which was not registered"


def _apply_edit(client: StrictClient, params: types.ApplyWorkspaceEditParams) -> Iterator[str]:
    if params.metadata and not client.profile.get("workspace.workspaceEdit.metadataSupport"):
        yield "applyEdit with metadata without workspaceEdit.metadataSupport"
    yield from check_edit(client, params.edit)


def check_edit(client: StrictClient, edit: types.WorkspaceEdit) -> Iterator[str]:
    """A workspace edit, of applyEdit or of a code action."""
    support = client.profile.get("workspace.workspaceEdit") or {}
    operations = support.get("resourceOperations") or []
    if edit.document_changes is not None and not support.get("documentChanges"):
        # A client that renames files takes them from documentChanges, though without versions.
        versions = [getattr(one, "text_document", None) for one in edit.document_changes]
        if not operations or any(one is not None and one.version is not None for one in versions):
            yield "an edit with documentChanges without workspaceEdit.documentChanges"
    if edit.change_annotations and not support.get("changeAnnotationSupport"):
        yield "an edit with annotations without workspaceEdit.changeAnnotationSupport"
    for change in edit.document_changes or []:
        if not isinstance(change, types.TextDocumentEdit):
            if change.kind not in operations:
                yield f"an edit that would {change.kind} a file without resourceOperations"
            continue
        for one in change.edits:
            if isinstance(one, types.SnippetTextEdit) and not support.get("snippetEditSupport"):
                yield "a snippet edit without workspaceEdit.snippetEditSupport"
        uri, version = change.text_document.uri, change.text_document.version
        current = client.buffers.get(uri)
        if current is None or version is None or version == current.version:
            yield from outside(client, uri, [one.range for one in change.edits])
    for uri, edits in (edit.changes or {}).items():
        yield from outside(client, uri, [one.range for one in edits])


def outside(client: StrictClient, uri: str, ranges: Iterable[types.Range]) -> list[str]:
    """Ranges that neither the buffer has nor, as a change may be under way, had just before."""
    if (buffer := client.buffers.get(uri)) is None:
        return []
    for text in (buffer.text, *reversed(buffer.undo[-2:])):
        found = []
        for span in ranges:
            try:
                start = offset_of(text, span.start, client.encoding)
                if offset_of(text, span.end, client.encoding) < start:
                    found.append(f"a range of {uri} that ends before it starts")
            except OutsideError as exc:
                found.append(f"a position outside {uri}: {exc}")
        if not found:
            return []
    return found


def _diagnostics(client: StrictClient, params: types.PublishDiagnosticsParams) -> Iterator[str]:
    support = client.profile.get("textDocument.publishDiagnostics") or {}
    if params.version is not None and not support.get("versionSupport"):
        yield "diagnostics with a version without versionSupport"
    buffer = client.buffers.get(params.uri)
    if buffer is not None and params.version in {None, buffer.version}:
        yield from outside(client, params.uri, [one.range for one in params.diagnostics])
    for one in params.diagnostics:
        if one.related_information and not support.get("relatedInformation"):
            yield "a diagnostic with relatedInformation without its capability"
        if one.tags and not support.get("tagSupport"):
            yield "a diagnostic with tags without tagSupport"
        if one.code_description and not support.get("codeDescriptionSupport"):
            yield "a diagnostic with codeDescription without codeDescriptionSupport"
        if one.data is not None and not support.get("dataSupport"):
            yield "a diagnostic with data without dataSupport"


def _question(client: StrictClient, params: types.ShowMessageRequestParams) -> Iterator[str]:
    titles = [action.title for action in params.actions or []]
    if len(titles) > MOST_ACTIONS:
        yield f"a question with {len(titles)} actions"
    if len(set(titles)) < len(titles):
        yield f"a question whose actions cannot be told apart: {titles}"


def _content_refresh(client: StrictClient, params: types.TextDocumentContentRefreshParams) -> Any:
    if params.uri.partition(":")[0] not in client.content_schemes:
        yield f"refreshed {params.uri}, whose scheme the server does not serve"


def _token(client: StrictClient, params: types.WorkDoneProgressCreateParams) -> Iterator[str]:
    if params.token in client.progress:
        yield f"created progress {params.token!r} twice"


def _progress(client: StrictClient, params: types.ProgressParams) -> Iterator[str]:
    progress = client.progress.get(params.token)
    kind = params.value.get("kind") if isinstance(params.value, dict) else None
    if progress is None:
        yield f"progress {params.token!r} was never created"
    elif kind is None:
        return
    elif progress.ended:
        yield f"progress {params.token!r} went on after its end"
    elif (kind == "begin") == progress.begun:
        yield f"progress {params.token!r} must begin once, and first"
    elif (percentage := params.value.get("percentage")) is not None:
        if not isinstance(percentage, int) or not 0 <= percentage <= 100:
            yield f"progress {params.token!r} is at {percentage!r} percent"
        elif progress.percentages and percentage < progress.percentages[-1]:
            yield f"progress {params.token!r} went back to {percentage} percent"


_CHECKS: dict[str, Callable[[StrictClient, Any], Iterator[str]]] = {
    types.CLIENT_REGISTER_CAPABILITY: _registration,
    types.CLIENT_UNREGISTER_CAPABILITY: _unregistration,
    types.WORKSPACE_APPLY_EDIT: _apply_edit,
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _diagnostics,
    types.WINDOW_SHOW_MESSAGE_REQUEST: _question,
    types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH: _content_refresh,
    types.WINDOW_WORK_DONE_PROGRESS_CREATE: _token,
    types.PROGRESS: _progress,
}
