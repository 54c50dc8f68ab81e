"""The command that writes the files of a response into the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.figures import counted
from fourfold.lsp.commands.arguments import Arguments
from fourfold.project.documents import Document
from fourfold.project.workflow.writing import change_of, plan_files

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.workflow.writing import FilePlan

LEAVE = "Leave everything as it is"


async def write_files(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Answers with what would change and opens it as a diff; writing comes after a yes."""
    arguments = Arguments(ls, fields, ["uri", "run"])
    folder, file, _ = await arguments.target()
    planned = await folder.call(plan_files, folder.project, file, arguments.text("run"))
    await folder.views.open(Document("run", file.step, run=planned.run.id))
    if planned.pending:
        ls.spawn(_write(ls, folder, planned))
    else:
        ls.client.tell(f"All files are in {planned.folder}/ already, as they are.")
    return {
        "files": [
            {
                "path": f"{planned.folder}/{change.path}",
                "uri": (change.folder / change.path).as_uri(),
                "change": change_of(change),
            }
            for change in planned.changes
        ]
    }


async def _write(ls: FourfoldServer, folder: Folder, planned: FilePlan) -> None:
    from fourfold.workflow.steps.files import write

    files = counted(planned.pending, "file")
    accept = f"Write {files}"
    question = f"Write {files} below {planned.folder}/? The open document shows what changes."
    if await ls.client.ask(question, [accept, LEAVE]) == accept:
        written = await folder.call(write, planned.changes)
        ls.client.tell(f"Wrote {counted(len(written), 'file')} below {planned.folder}/.")
