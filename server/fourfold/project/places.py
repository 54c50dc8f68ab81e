"""Where in a workspace folder prompts lie, and why a file is none, all by paths alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.project.ignoring import GitIgnore, make_rules
from fourfold.prompts.formats import (
    ABOUT_OTHERS,
    format_of,
    says_prompt,
    why_no_name,
)
from fourfold.prompts.step_ids import HOME
from fourfold.settings import TOOL_FOLDERS, WorkspaceSettings
from fourfold.versions.links import is_straight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec

HIDDEN = "names that start with _ or . are no prompts"
LINKED = "linked folders are not followed"
IGNORED = "git ignores it"

_NO_NAME = "its name is not Unicode"
_PACKAGES = frozenset({"node_modules", ".venv", "venv"})
_BUILT = frozenset({"build", "dist", "out", "target"})
_USUALLY_EXCLUDED = _PACKAGES | _BUILT
_WILD = frozenset("*?[")


class Places:
    """The places of the workspace `folder` (resolved), as its settings have them.

    Paths are relative to it, with forward slashes.
    """

    def __init__(self, folder: Path, settings: WorkspaceSettings) -> None:
        self.folder = folder
        self.folders = settings.folders
        self.says_folders = settings.folders != WorkspaceSettings().folders
        self._literal = [one for one in settings.folders if not is_pattern(one)]
        self._wild = [one for one in settings.folders if is_pattern(one)]
        self._wild_rules: GitIgnoreSpec | None = None
        self._exclude = settings.exclude
        self._exclude_rules: GitIgnoreSpec | None = None
        self._git = GitIgnore(folder)

    @property
    def home(self) -> str:
        """The folder for workflow.yaml and new prompts."""
        return next((one for one in self._literal if one != "."), HOME)

    @property
    def literal(self) -> Sequence[str]:
        """The folders of the setting that are no patterns."""
        return self._literal

    @property
    def patterns(self) -> Sequence[str]:
        """Those that are."""
        return self._wild

    def look_again(self) -> None:
        """Forgets what the files of git have said."""
        self._git = GitIgnore(self.folder)

    def is_below_folders(self, path: str) -> bool:
        """Whether a file, or what is in a folder, is below one of the setting's folders."""
        for one in self._literal:
            if one == "." or path.startswith(f"{one}/"):
                inside = path if one == "." else path[len(one) :]
                return TOOL_FOLDERS.isdisjoint(inside.split("/"))
        if not self._wild:
            return False
        if self._wild_rules is None:
            self._wild_rules = make_rules(f"/{one}/" for one in self._wild)
        return self._wild_rules is not None and self._wild_rules.match_file(path)

    def why_no_prompt(self, path: str) -> str | None:
        """Why the file at this path is no prompt; None where it is one."""
        found = format_of(path)
        if found is None:
            return "it is not of a kind that prompts are"
        if found.below_folders and not self.is_below_folders(path):
            named = ", ".join(self.folders)
            return f"of its kind only files below {named} are prompts (the setting folders)"
        folder = path.rpartition("/")[0]
        return self._why_not_inside(folder) or self.why_left_out(path)

    def enters(self, folder: str) -> bool:
        """Whether prompts in a folder would count."""
        return self._why_not_inside(folder) is None

    def is_like_prompt(self, path: str) -> bool:
        """Whether a file at this path looks like a prompt, though it may be none."""
        if says_prompt(path):
            return why_no_name(path) != ABOUT_OTHERS
        is_like = format_of(path) is not None and self.is_below_folders(path)
        return is_like and why_no_name(path) != ABOUT_OTHERS

    def _why_not_inside(self, folder: str) -> str | None:
        above = ""
        for name in folder.split("/") if folder else ():
            above = f"{above}/{name}" if above else name
            if (reason := self.why_not_entered(above)) is not None:
                return reason
        return LINKED if self._is_linked(folder) else None

    def why_not_entered(self, folder: str) -> str | None:
        """Why there are no prompts in a folder, given that there could be some in the one above."""
        name = folder.rpartition("/")[2]
        if not is_unicode(name):
            return _NO_NAME
        # Before what is hidden, as it says more.
        if (reason := self._why_excluded(folder, folder=True)) is not None:
            return reason
        hidden = name.startswith(".") and name not in TOOL_FOLDERS
        return HIDDEN if hidden and not self._leads_to_named(folder) else None

    def why_left_out(self, path: str) -> str | None:
        """Why a file that is of a kind of prompts, in a folder of prompts, is none."""
        name = path.rpartition("/")[2]
        if not is_unicode(name):
            return _NO_NAME
        return why_no_name(path) or self._why_excluded(path, folder=False)

    def _why_excluded(self, path: str, *, folder: bool) -> str | None:
        if self._exclude is None:
            if folder and (name := path.rpartition("/")[2]) in _USUALLY_EXCLUDED:
                # Below a folder that is named for prompts a step may be called build.
                named = self._is_named(path) or self._leads_to_named(path)
                if name in _PACKAGES or not named:
                    return f"{name} is left out (the setting exclude)"
        else:
            if self._exclude_rules is None and self._exclude:
                self._exclude_rules = make_rules(self._exclude)
            if self._exclude_rules is not None:
                excluded = self._exclude_rules.check_file(f"{path}/" if folder else path).include
                if excluded is not None:
                    return f"{path} is left out (the setting exclude)" if excluded else None
        return IGNORED if self._git.ignores(path, folder=folder) else None

    def _is_named(self, path: str) -> bool:
        return any(f"{path}/".startswith(f"{one}/") for one in self._literal)

    def _leads_to_named(self, path: str) -> bool:
        return any(f"{one}/".startswith(f"{path}/") for one in self._literal)

    def _is_linked(self, folder: str) -> bool:
        """Whether a link, other than one of the setting's folders, leads to a folder."""
        path = self.folder / folder
        if is_straight(path, self.folder):
            return False
        real = os.path.realpath(path)
        if real == str(path):
            return False
        for one in self._literal:
            if f"{folder}/".startswith(f"{one}/"):
                root = os.path.realpath(self.folder / one)
                if Path(root).is_relative_to(self.folder):
                    return real != str(Path(root, path.relative_to(self.folder / one)))
        return True


def is_pattern(folder: str) -> bool:
    """Whether an entry of the setting folders stands for several folders."""
    return not _WILD.isdisjoint(folder)


def is_unicode(name: str) -> bool:
    """Whether a name can be told to an editor: on POSIX a name is any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
