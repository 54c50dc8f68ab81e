"""What the client can do, and asking it to. A feature degrades by capability, never by name.

Nothing here trusts a reply: each request has a time limit, and its effect is checked where there
is one to check.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol

from lsprotocol import types

from fourfold.lsp.convert import FIRST_LINE, path_of, whole_range, with_line_ends_of
from fourfold.lsp.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pygls.progress import Progress
    from pygls.workspace import TextDocument

    from fourfold.lsp.pygls_repairs.server import BaseServer

ANSWER_SECONDS = 300.0
"""How long a user may think about a question."""

EDIT_SECONDS = 2.0
EFFECT_SECONDS = 1.5
"""How long an edit may take to be answered, and to be seen after its answer: there are editors
that tell of changes only once their user has been idle for half a second."""

REFRESH_SECONDS = 2.0
"""How long the editor may take to read its lenses again, before it is asked anew."""

SWITCH_LABEL = "Fourfold: change version"
"""By which a client that saves after a switch knows the edit."""

MOST_CHOICES = 9
"""More choices than this turn into unreadable buttons."""


class OpenText(Protocol):
    """A text that the editor has open."""

    uri: str
    document: TextDocument

    @property
    def text(self) -> str: ...

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns once the condition holds or has held, looking at each change and each save."""


class Client:
    """The editor at the other end."""

    def __init__(self, server: BaseServer, params: types.InitializeParams) -> None:
        self._server = server
        capabilities = params.capabilities
        workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        window = capabilities.window or types.WindowClientCapabilities()
        edits = workspace.workspace_edit
        self.applies_edits = bool(workspace.apply_edit)
        self.versions_edits = bool(edits and edits.document_changes)
        operations = (edits and edits.resource_operations) or ()
        self.creates_files = types.ResourceOperationKind.Create in operations
        self.renames_files = types.ResourceOperationKind.Rename in operations
        self.shows_documents = bool(window.show_document and window.show_document.support)
        self.shows_progress = bool(window.work_done_progress)
        self.reads_documents = workspace.text_document_content is not None
        self.refreshes_lenses = bool(workspace.code_lens and workspace.code_lens.refresh_support)
        self.configures = bool(workspace.configuration)
        text = capabilities.text_document or types.TextDocumentClientCapabilities()
        formats = (text.hover and text.hover.content_format) or ()
        self.reads_markdown = types.MarkupKind.Markdown in formats
        symbols = text.document_symbol
        self.nests_symbols = bool(symbols and symbols.hierarchical_document_symbol_support)
        problems = text.publish_diagnostics
        self.versions_diagnostics = bool(problems and problems.version_support)
        changes = workspace.did_change_configuration
        self.registers_configuration = bool(changes and changes.dynamic_registration)
        own = _experimental(capabilities.experimental)
        self.renders_comparisons = own.get("rendersComparisons") is True
        self.renders_boards = own.get("rendersBoards") is True
        self.wants_events = own.get("events") is True
        self.tells_ends = self.wants_events and own.get("tellsEnds") is True
        self.asks_models = own.get("models") is True
        self.stores_keys = own.get("keys") is True
        self.saves_switches = own.get("savesSwitches") is True

    async def ask(self, message: str, choices: Sequence[str]) -> str | None:
        """The choice that the user made; None where nothing was chosen, in whatever way."""
        shown = {label(choice): choice for choice in choices[:MOST_CHOICES]}
        actions = [types.MessageActionItem(title) for title in shown]
        params = types.ShowMessageRequestParams(types.MessageType.Info, label(message), actions)
        answer = await self._server.request(
            types.WINDOW_SHOW_MESSAGE_REQUEST, params, timeout=ANSWER_SECONDS
        )
        title = getattr(answer, "title", None)
        return shown.get(title) if isinstance(title, str) else None

    def tell(self, message: str, *, error: bool = False) -> None:
        """One sentence that the user should see."""
        kind = types.MessageType.Error if error else types.MessageType.Info
        self._server.window_show_message(types.ShowMessageParams(kind, label(message)))

    async def show_document(self, uri: str) -> None:
        """Opens a document, or says where it is."""
        if self.shows_documents:
            # With a selection, since there are clients that take it for given.
            params = types.ShowDocumentParams(uri, take_focus=True, selection=FIRST_LINE)
            answer = await self._server.request(types.WINDOW_SHOW_DOCUMENT, params)
            if getattr(answer, "success", False):
                return
        self.tell(f"Open {path_of(uri) or uri} to read it.")

    async def show_in_browser(self, address: str) -> None:
        """Has the user's browser opened, or says where to go with it."""
        if self.shows_documents:
            params = types.ShowDocumentParams(address, external=True)
            answer = await self._server.request(types.WINDOW_SHOW_DOCUMENT, params)
            if getattr(answer, "success", False):
                return
        self.tell(f"Open {address} in a browser; it lets one in.")

    async def create_progress(self, cancel: Callable[[], object]) -> tuple[str, Progress]:
        """A token, and what reports of it; `cancel` is called when the user cancels."""
        token = f"fourfold-{secrets.token_hex(8)}"
        shown = self._server.work_done_progress
        cancelled: Future[None] = Future()
        cancelled.add_done_callback(lambda future: cancel() if future.cancelled() else None)
        # Before the client knows the token, so that no cancellation comes too early.
        shown.tokens[token] = cancelled
        await self._server.request(
            types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WorkDoneProgressCreateParams(token)
        )
        return token, shown

    async def refresh_lenses(self) -> None:
        """Has the editor ask for its lenses again."""
        await self._server.request(types.WORKSPACE_CODE_LENS_REFRESH, timeout=REFRESH_SECONDS)

    async def refresh_document(self, uri: str) -> None:
        """Has the editor read one of our documents again."""
        if self.reads_documents:
            params = types.TextDocumentContentRefreshParams(uri)
            await self._server.request(types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH, params)

    async def configuration(self, scope: str | None) -> dict[str, Any] | None:
        """The editor's settings of the section `fourfold`; None where it has or gives none."""
        if not self.configures:
            return None
        item = types.ConfigurationItem(scope_uri=scope, section="fourfold")
        answer = await self._server.request(
            types.WORKSPACE_CONFIGURATION, types.ConfigurationParams([item])
        )
        first = answer[0] if isinstance(answer, (list, tuple)) and answer else None
        return as_dict(first)

    async def follow_configuration(self) -> None:
        """Asks to be told when the editor's settings change, where it has to be asked."""
        if self.registers_configuration:
            registration = types.Registration(
                "fourfold-configuration",
                types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                {"section": "fourfold"},
            )
            await self._server.request(
                types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([registration])
            )

    async def key(self, endpoint: str, name: str) -> str | None:
        """The key that the editor stores for the endpoint; None where there is none."""
        params = {"endpoint": endpoint, "name": name}
        answer = as_dict(await self._server.request("fourfold/apiKey", params))
        key = (answer or {}).get("key")
        return key if isinstance(key, str) else None

    async def ask_model(self, params: dict[str, Any]) -> dict[str, Any]:
        """How a call of a model of the editor's has ended; its text comes before, in pieces."""
        answer = await self._server.request("fourfold/askModel", params, timeout=None)
        return as_dict(answer) or {"error": "the editor did not say why"}

    def cancel_model(self, call: str) -> None:
        """Has the editor give a call up."""
        self._server.protocol.notify("fourfold/cancelModel", {"call": call})

    def event(self, method: str, params: dict[str, Any]) -> None:
        """A notification of Fourfold's own, for a client that announced it wants them."""
        if self.wants_events:
            self._server.protocol.notify(method, params)

    async def replace_text(self, buffer: OpenText, text: str) -> bool:
        """Gives an open buffer another text as one edit that one undo takes back.

        True once the buffer has it, whatever the client says; False also where the edit came too
        late, because the user went on typing.
        """
        if not self.applies_edits:
            return False
        changes = self.whole_change(buffer, text)
        params = types.ApplyWorkspaceEditParams(changes, SWITCH_LABEL)
        reply = asyncio.ensure_future(
            self._server.request(types.WORKSPACE_APPLY_EDIT, params, timeout=EDIT_SECONDS)
        )
        # Some editors apply and never reply, some say no and apply, some say yes and do not: what
        # counts is that the buffer changes, with the reply or soon after.
        effect = asyncio.ensure_future(buffer.until(lambda: buffer.text == text))
        await asyncio.wait({reply, effect}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({effect}, timeout=EFFECT_SECONDS)
        return effect.done() or not effect.cancel()

    async def apply(self, edit: types.WorkspaceEdit, what: str) -> None:
        """Has the editor make an edit that it calls `what`. Some make it and never say so."""
        params = types.ApplyWorkspaceEditParams(edit, what)
        await self._server.request(types.WORKSPACE_APPLY_EDIT, params, timeout=EDIT_SECONDS)

    def whole_change(self, buffer: OpenText, text: str) -> types.WorkspaceEdit:
        """The edit that gives an open buffer another text, with its own line ends."""
        document = buffer.document
        edit = types.TextEdit(whole_range(document), with_line_ends_of(document.source, text))
        return text_changes(buffer, edit, versioned=self.versions_edits)


def text_changes(buffer: OpenText, edit: types.TextEdit, *, versioned: bool) -> types.WorkspaceEdit:
    """One edit of an open buffer, for its present version where the client can tell versions."""
    if not versioned:
        return types.WorkspaceEdit(changes={buffer.uri: [edit]})
    identifier = types.OptionalVersionedTextDocumentIdentifier(buffer.uri, buffer.document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, [edit])])


def as_dict(value: Any) -> dict[str, Any] | None:
    """A JSON object of the client as a dict; pygls gives some of them as other objects."""
    if value is None or isinstance(value, dict):
        return value
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    return None


def _experimental(experimental: Any) -> dict[str, Any]:
    announced = as_dict(experimental) or {}
    return as_dict(announced.get("fourfold")) or {}
