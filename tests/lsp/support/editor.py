"""What a user does in an editor: its open buffers, and the requests that come of using them."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from lsprotocol import types
from pygls.protocol import default_converter
from pygls.uris import to_fs_path
from pytest_lsp import LanguageClient

from lsp.support.buffers import Buffer, change_of, edited_texts

if TYPE_CHECKING:
    from lsp.support.profiles import Profile


def make_converter() -> Any:
    """lsprotocol takes every code action that has a command for a bare command."""
    converter = default_converter()

    def action(data: dict[str, Any], _: Any) -> types.Command | types.CodeAction:
        bare = isinstance(data.get("command"), str)
        kind: type[Any] = types.Command if bare else types.CodeAction
        return converter.structure(data, kind)  # type: ignore[no-any-return]

    converter.register_structure_hook(Union[types.Command, types.CodeAction], action)  # noqa: UP007
    return converter


class Editor(LanguageClient):
    """One editor with its open buffers, by URI. It waits `limit` seconds for an answer."""

    limit = 30.0

    def __init__(
        self, profile: Profile, configuration: dict[str, Any] | None, protocol_cls: type
    ) -> None:
        super().__init__(
            protocol_cls=protocol_cls,
            converter_factory=make_converter,
            configuration={"": configuration or {}},
        )
        self.profile = profile
        self.server = types.ServerCapabilities()
        self.buffers: dict[str, Buffer] = {}
        self.registrations: dict[str, types.Registration] = {}
        self.extra_commands: set[str] = set()
        self.pulse = asyncio.Event()
        self.stderr = ""

    @property
    def encoding(self) -> str:
        """The negotiated position encoding."""
        return str(
            getattr(
                self.server.position_encoding, "value", self.server.position_encoding or "utf-16"
            )
        )

    @property
    def _sync(self) -> types.TextDocumentSyncOptions:
        sync = self.server.text_document_sync
        if isinstance(sync, types.TextDocumentSyncOptions):
            return sync
        return types.TextDocumentSyncOptions(open_close=True, change=sync)

    @property
    def sync_kind(self) -> Any:
        """How the server wants changes: full or incremental."""
        return self._sync.change

    @property
    def commands(self) -> set[str]:
        """Commands that a lens or an action may have: the server's, and the extension's own."""
        provider = self.server.execute_command_provider
        return {*(provider.commands if provider else []), *self.extra_commands}

    @property
    def resolves_lenses(self) -> bool:
        """Whether lenses may come without a command."""
        provider = self.server.code_lens_provider
        return bool(provider and provider.resolve_provider)

    @property
    def content_schemes(self) -> list[str]:
        """Schemes of the documents that the server serves."""
        content = self.server.workspace and self.server.workspace.text_document_content
        static = list(content.schemes) if content else []
        for one in self.registrations.values():
            if one.method == types.WORKSPACE_TEXT_DOCUMENT_CONTENT:
                static += one.register_options["schemes"]  # type: ignore[index]
        return static

    def text_of(self, uri: str) -> str:
        """The text of a buffer, or of the file when it is not open."""
        if (buffer := self.buffers.get(uri)) is not None:
            return buffer.text
        return path_of(uri).read_bytes().decode()

    def create(self, uri: str) -> None:
        """Make an empty file, where there is none."""
        path_of(uri).touch()

    def open(
        self, document: Path | str, language_id: str = "prompty", text: str | None = None
    ) -> str:
        """Open a file; its URI."""
        uri = document if isinstance(document, str) else document.as_uri()
        text = self.text_of(uri) if text is None else text
        self.buffers[uri] = Buffer(uri, text, saved=text)
        if self._sync.open_close:
            item = types.TextDocumentItem(uri=uri, language_id=language_id, version=1, text=text)
            self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def edit(self, uri: str, text: str) -> None:
        """Change a buffer to this text."""
        buffer = self.buffers[uri]
        if text != buffer.text:
            self.text_document_did_change(change_of(self, buffer, text))

    def undo(self, uri: str) -> None:
        """Undo the last change of a buffer."""
        buffer = self.buffers[uri]
        text = buffer.undo.pop()
        self.edit(uri, text)
        buffer.undo.pop()

    def save(
        self,
        uri: str,
        reason: types.TextDocumentSaveReason = types.TextDocumentSaveReason.Manual,
    ) -> None:
        """Save a buffer. Editors that cannot tell an automatic save from another say Manual."""
        buffer, name = self.buffers[uri], types.TextDocumentIdentifier(uri)
        announced = self.profile.get("textDocument.synchronization") or {}
        told_before = announced.get("willSave") and self.profile.habits.announces_saves
        if self._sync.will_save and told_before:
            told = (
                reason if self.profile.habits.tells_reason else types.TextDocumentSaveReason.Manual
            )
            self.text_document_will_save(types.WillSaveTextDocumentParams(name, told))
        path_of(uri).write_bytes(buffer.text.encode())
        buffer.saved = buffer.text
        if self._sync.save:
            include = (
                isinstance(self._sync.save, types.SaveOptions) and self._sync.save.include_text
            )
            text = buffer.text if include else None
            self.text_document_did_save(types.DidSaveTextDocumentParams(name, text))

    def write(self, uri: str, text: str) -> None:
        """Change a buffer and save it."""
        self.edit(uri, text)
        self.save(uri)

    def close(self, uri: str) -> None:
        """Close a buffer; unsaved text is gone."""
        del self.buffers[uri]
        if self._sync.open_close:
            name = types.TextDocumentIdentifier(uri)
            self.text_document_did_close(types.DidCloseTextDocumentParams(name))

    def rename(self, uri: str, to: Path) -> str:
        """Rename a file or a folder in the editor, which keeps open what is; its new URI."""
        new = to.as_uri()
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path_of(uri), to)
        for opened, was in list(self.buffers.items()):
            if f"{opened}/".startswith(f"{uri}/"):
                self.close(opened)
                moved = self.open(new + opened[len(uri) :], text=was.text)
                self.buffers[moved].saved = was.saved
        operations = self.server.workspace and self.server.workspace.file_operations
        if operations and operations.did_rename:
            renamed = types.RenameFilesParams([types.FileRename(old_uri=uri, new_uri=new)])
            self.workspace_did_rename_files(renamed)
        return new

    async def run(self, command: str, argument: dict[str, Any] | None = None, **more: Any) -> Any:
        """Run a command of the server with its one argument."""
        arguments = [{**(argument or {}), **more}]
        params = types.ExecuteCommandParams(command=command, arguments=arguments)
        return await self.limited(self.workspace_execute_command_async(params), command)

    async def lenses(self, uri: str) -> list[types.CodeLens]:
        """The code lenses of a document."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        return list(await self.limited(self.text_document_code_lens_async(params), "lenses") or [])

    async def click(self, uri: str, title: str) -> Any:
        """Run the lens whose title contains `title`."""
        lenses = await self.lenses(uri)
        titles = [lens.command.title for lens in lenses if lens.command]
        found = [lens.command for lens in lenses if lens.command and title in lens.command.title]
        assert found, f"no lens {title!r} among {titles}"
        return await self.run(found[0].command, dict((found[0].arguments or [{}])[0]))

    async def actions(self, uri: str, line: int = 0, only: list[str] | None = None) -> list[Any]:
        """The code actions at the start of a line."""
        here = types.Position(line, 0)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(here, here),
            types.CodeActionContext([], only=only),
        )
        return list(
            await self.limited(self.text_document_code_action_async(params), "actions") or []
        )

    async def act(self, uri: str, title: str, line: int = 0) -> Any:
        """Take the code action whose title contains `title`: its edit, then its command."""
        actions = await self.actions(uri, line)
        found = [action for action in actions if title in action.title]
        assert found, f"no action {title!r} among {[action.title for action in actions]}"
        action = found[0]
        if isinstance(action, types.CodeAction):
            if action.edit is not None:
                texts = edited_texts(self, action.edit)
                assert texts is not None, "the action's edit is for an older version"
                self.take_edit(texts)
            action = action.command
        if action is not None:
            return await self.run(action.command, dict((action.arguments or [{}])[0]))
        return None

    async def hover(self, uri: str, line: int = 0, character: int = 0) -> str:
        """The hover's text, empty when there is none."""
        where = types.Position(line, character)
        params = types.HoverParams(types.TextDocumentIdentifier(uri), where)
        hover = await self.limited(self.text_document_hover_async(params), "hover")
        if hover is None:
            return ""
        return str(getattr(hover.contents, "value", hover.contents))

    async def completions(self, uri: str, line: int, character: int) -> list[types.CompletionItem]:
        """What the server offers at a position."""
        where = types.Position(line, character)
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), where)
        return list(
            await self.limited(self.text_document_completion_async(params), "completion") or []
        )

    async def definition(self, uri: str, line: int, character: int) -> types.Location | None:
        """Where the name at a position is defined."""
        where = types.Position(line, character)
        params = types.DefinitionParams(types.TextDocumentIdentifier(uri), where)
        found = await self.limited(self.text_document_definition_async(params), "definition")
        assert found is None or isinstance(found, types.Location)
        return found

    async def links(self, uri: str) -> list[types.DocumentLink]:
        """The links in a document."""
        params = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
        return list(
            await self.limited(self.text_document_document_link_async(params), "links") or []
        )

    async def rename_name(self, uri: str, line: int, character: int, name: str) -> None:
        """Give what stands at a position another name, and apply the edit that comes of it."""
        document, where = types.TextDocumentIdentifier(uri), types.Position(line, character)
        if self.profile.get("textDocument.rename.prepareSupport"):
            prepare = types.PrepareRenameParams(document, where)
            answer = self.text_document_prepare_rename_async(prepare)
            assert await self.limited(answer, "prepareRename") is not None
        params = types.RenameParams(document, where, name)
        self.take_workspace_edit(
            await self.limited(self.text_document_rename_async(params), "rename")
        )

    def take_workspace_edit(self, edit: types.WorkspaceEdit) -> None:
        """Apply an edit of texts and of files, in its order."""
        parts = [types.WorkspaceEdit(document_changes=[one]) for one in edit.document_changes or []]
        for part in parts or [edit]:
            (change,) = part.document_changes or [None]
            if isinstance(change, types.RenameFile):
                self.rename(change.old_uri, path_of(change.new_uri))
                continue
            new = edited_texts(self, part)
            assert new is not None, "the edit is for an older version"
            self.take_edit(new)

    async def read(self, uri: str) -> str:
        """The text of one of the server's own documents."""
        params = types.TextDocumentContentParams(uri)
        answer = self.workspace_text_document_content_async(params)
        return str((await self.limited(answer, uri)).text)

    def cancel_progress(self, token: Any) -> None:
        """Press a progress's cancel button."""
        self.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))

    def take_edit(self, texts: dict[str, str]) -> None:
        for uri, text in texts.items():
            if uri not in self.buffers:
                self.open(uri)
            self.edit(uri, text)
        self.pulse.set()

    async def limited(self, answer: Any, what: str) -> Any:
        try:
            async with asyncio.timeout(self.limit):
                return await answer
        except TimeoutError:
            raise AssertionError(f"{what}: no answer in {self.limit} s.\n{self.stderr}") from None


def path_of(uri: str) -> Path:
    """The path of a file URI."""
    path = to_fs_path(uri)
    assert path is not None, f"{uri} is no file"
    return Path(path)
