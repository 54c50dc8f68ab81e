"""The folder `.fourfold` in a workspace, which is for its owner alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

STATE_FOLDER = ".fourfold"
_OTHERS = 0o077


def state_folder(folder: Path) -> Path:
    """`folder`/.fourfold, made with a .gitignore that ignores it; StoreError where it cannot be."""
    state = folder / STATE_FOLDER
    if not state.resolve().is_relative_to(folder.resolve()):
        raise StoreError(
            f"{state} is a link out of the workspace, so no versions are kept; delete the link."
        )
    try:
        state.mkdir(mode=0o700, exist_ok=True)
        if state.stat().st_mode & _OTHERS:
            state.chmod(0o700)
        for own in state.iterdir():
            if own.is_symlink():  # brought along by the workspace, to have another file written
                raise StoreError(f"{own} is a link, so no versions are kept; delete the link.")
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.touch(mode=0o600)
            ignore.write_text("*\n", encoding="utf-8")
    except FileExistsError as error:
        raise StoreError(
            f"{state} is a file, so no versions are kept; move the file {STATE_FOLDER} away."
        ) from error
    except OSError as error:
        raise StoreError(
            f"{state} cannot be written ({error.strerror}), so no versions are kept; "
            "make the folder writable."
        ) from error
    return state
