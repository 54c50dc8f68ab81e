"""The command that writes the files of a response into the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.files import PlannedFiles
from fourfold.app.writing import plan_files
from fourfold.lsp.commands.targets import target_of
from fourfold.project.documents import Document
from fourfold.text.figures import counted

if TYPE_CHECKING:
    from fourfold.app.commands.write_files import WriteFiles
    from fourfold.app.writing import FilePlan
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer

LEAVE = "Leave everything as it is"
WRITE_ALONE = "Write it"
LEAVE_ALONE = "Leave it out"


async def write_files(ls: FourfoldServer, asked: WriteFiles) -> PlannedFiles:
    """Answers with what would change and opens it as a diff; writing comes after a yes."""
    folder, file, _ = await target_of(ls, asked.uri)
    planned = await folder.ask(plan_files, file, asked.run)
    await folder.views.open(Document("run", file.step, run=planned.run.id))
    if planned.pending or planned.pending_alone:
        ls.spawn(_write(ls, folder, planned))
    else:
        ls.client.tell(f"All files are in {planned.folder}/ already, as they are.")
    return PlannedFiles.of(planned)


async def _write(ls: FourfoldServer, folder: Folder, planned: FilePlan) -> None:
    from fourfold.steps.writing import write

    agreed = []
    if planned.pending:
        accept = f"Write {counted(len(planned.pending), 'file')}"
        question = f"{accept} below {planned.folder}/? The open document shows what changes."
        if await ls.client.ask(question, [accept, LEAVE]) == accept:
            agreed += planned.pending
    for change in planned.pending_alone:
        answer = await ls.client.ask(planned.question(change), [WRITE_ALONE, LEAVE_ALONE])
        if answer == WRITE_ALONE:
            agreed.append(change)
        elif answer is None:
            ls.client.tell(
                f"⚠ {planned.place(change)} was not written, as nobody said yes to it: "
                f"{planned.warnings[change.path]}. `fourfold workflow write` asks on a terminal."
            )
    if agreed:
        written = await folder.ask(lambda _: write(agreed))
        ls.client.tell(f"Wrote {counted(len(written), 'file')} below {planned.folder}/.")
