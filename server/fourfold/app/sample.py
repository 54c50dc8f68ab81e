"""The sample workflow that comes with Fourfold, for a folder to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import fourfold
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample's files below a folder: those that were `written`, and those that were there
    already and were `kept` as they are."""

    folder: Path
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def write_sample(workspace: Path, home: Path) -> Sample:
    """Puts the sample into `home`, the folder for prompts of `workspace`. No file is overwritten.

    FourfoldError where something cannot be written, or a link leads out of the workspace.
    """
    written, kept = [], []
    for source in _files(sample_folder()):
        path = home / source.relative_to(sample_folder())
        try:
            if not path.parent.resolve().is_relative_to(workspace.resolve()):
                raise FourfoldError(f"{path.parent} leads out of {workspace}; remove the link.")
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(source.read_bytes())
            written.append(path)
        except FileExistsError as error:
            if not path.parent.is_dir():
                raise FourfoldError(f"{path.parent} is no folder; move it away.") from error
            kept.append(path)
        except OSError as error:
            raise FourfoldError(
                f"{path} could not be written ({error.strerror}); make the folder writable."
            ) from error
    return Sample(home, tuple(written), tuple(kept))


def sample_folder() -> Path:
    """Where the sample is: in an installed package, else in the repository."""
    package = Path(fourfold.__file__).parent
    installed = package / "sample"
    return installed if installed.is_dir() else package.parents[1] / "prompts"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
