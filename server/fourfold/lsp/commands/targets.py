"""What the `uri` of a command leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from fourfold.errors import InvalidArgumentError
from fourfold.lsp.convert import path_of
from fourfold.lsp.open.config_file import OpenConfigFile
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_file import OpenTestsFile
from fourfold.lsp.uris import ConfigFile, FolderDocument, PromptFile, TestsFile
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.documents import Document
    from fourfold.project.steps import StepFile


class Target(NamedTuple):
    """The step that a command is about, and the document whose URI it was given, if it was one."""

    folder: Folder
    file: StepFile
    document: Document | None = None


async def target_of(ls: FourfoldServer, uri: str) -> Target:
    """The step of a URI of its prompt, its tests or one of its documents; InvalidArgumentError."""
    match await ls.uris.what(uri):
        case OpenPrompt() as prompt:
            return Target(prompt.folder, prompt.file)
        case OpenTestsFile() as tests:
            return Target(tests.folder, tests.file)
        case PromptFile(folder, file) | TestsFile(folder, file, _):
            file = await folder.ask(Project.as_remembered, file)
            await folder.known_step(file.step)
            return Target(folder, file)
        case (OpenConfigFile() | ConfigFile()) as config:
            return Target(config.folder, await config.folder.known_step(step_named(uri)))
        case FolderDocument(folder, document) if document.step:
            return Target(folder, await folder.known_step(document.step), document)
    if (target := await _in_configuration(ls, uri)) is not None:
        return target
    reason = await ls.uris.why_no_prompt(uri)
    raise InvalidArgumentError("uri", f"{uri} is none of the prompts, since {reason}.")


async def _in_configuration(ls: FourfoldServer, uri: str) -> Target | None:
    """The prompt that stands in a configuration, by the URI that answers give for it."""
    from fourfold.app.testing.configured import step_within

    path = path_of(uri)
    folder = None if path is None else ls.folders.holding(path)
    if path is None or folder is None:
        return None
    step = await folder.look(step_within, folder.real_path / path.relative_to(folder.path))
    return None if step is None else Target(folder, await folder.known_step(step))


def step_named(uri: str) -> str:
    """The prompt that stands behind the `#` of a configuration's URI; InvalidArgumentError."""
    step = unquote(urlsplit(uri).fragment)
    if not step:
        raise InvalidArgumentError(
            "uri", f"{uri} may name several prompts; put the name of one behind a #."
        )
    return step


async def folder_of(ls: FourfoldServer, uri: str) -> Folder:
    """The workspace folder that a URI is of; InvalidArgumentError."""
    if (found := await ls.uris.what(uri)) is not None:
        return found.folder
    path = path_of(uri)
    if path is not None and (folder := ls.folders.holding(path)) is not None:
        return folder
    raise InvalidArgumentError("uri", f"{uri} is not in a workspace folder; open its folder.")
