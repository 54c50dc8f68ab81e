"""The settings of a workspace folder, from the four places that protocol.md names."""

from __future__ import annotations

import os
import posixpath
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffd]")

WORKSPACE_FILE = "fourfold.toml"
USER_FILE = "config.toml"
TOOL_FOLDERS = frozenset(
    (
        *(".agents", ".ai", ".claude", ".codex", ".cursor", ".gemini", ".github"),
        *(".kiro", ".opencode", ".roo", ".windsurf"),
    )
)
"""The hidden folders in which tools keep their prompts; in others there are none."""


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """`database` is an address of PostgreSQL's, which may hold a password; `share` says whether
    prompts, inputs and responses go up too, `reuse` whether an answer of others stands for the same
    request of this user's; nothing of the people whom it `ignores` comes down."""

    database: Secret
    share: Literal["all", "scores"] = "all"
    reuse: bool = False
    ignores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What can be set. `allow_env`, `run_tests`, `trusted_folders`, `models` and `team` count only
    from the user's own file.

    `folders` are folders, or patterns for folders, below the workspace folder, "." for itself;
    `exclude` are patterns as in a .gitignore, None where nothing is said.
    `join_saves` is the seconds in which saves that nobody announces are one version, 0 for never.
    `concurrency` is the most runs that go on at once, None as many as an endpoint takes;
    `idle_timeout` is the seconds that a response may stay silent; `run_tests` says whether tests
    that a model wrote may be run; of `trusted_folders` and those below them programs may be run;
    `models` is the `models` table as it stands there. `problems` are sentences about settings that
    were passed over.
    """

    folders: tuple[str, ...] = ("prompts",)
    exclude: tuple[str, ...] | None = None
    version_on_save: Literal["always", "afterRun", "never"] = "always"
    join_saves: float = 0.0
    model: str | None = None
    concurrency: int | None = None
    idle_timeout: float = 60.0
    allow_env: frozenset[str] = frozenset()
    run_tests: bool = False
    trusted_folders: tuple[Path, ...] = ()
    models: Mapping[str, Any] = field(default_factory=dict)
    team: TeamSettings | None = None
    problems: tuple[str, ...] = ()


def user_file() -> Path:
    """The user's own config.toml, in the platform's configuration folder for fourfold."""
    from platformdirs import user_config_path

    return user_config_path("fourfold", appauthor=False) / USER_FILE


def find_folder(start: Path) -> Path | None:
    """The nearest folder from `start` upwards with `prompts/` or `fourfold.toml`, else the top
    folder of its git repository."""
    above = (start, *start.parents)
    for folder in above:
        if folder.name in TOOL_FOLDERS:
            continue  # .github/prompts is one of many places in its repository
        if (folder / "prompts").is_dir() or (folder / WORKSPACE_FILE).is_file():
            return folder
    return next((folder for folder in above if (folder / ".git").exists()), None)


def load_settings(folder: Path, editor: Mapping[str, Any] | None = None) -> WorkspaceSettings:
    """The settings of the workspace `folder`; later sources win, what is wrong is passed over."""
    own = user_file()
    settings = _merged(WorkspaceSettings(), *_read(own), str(own), may_permit=True)
    settings = _merged(settings, *_read(folder / WORKSPACE_FILE), WORKSPACE_FILE)
    return _merged(settings, editor or {}, None, "the editor's settings")


def _read(path: Path) -> tuple[dict[str, Any], str | None]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), None
    except FileNotFoundError:
        return {}, None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error
        return {}, f"{path} could not be read ({why}), so its settings are passed over."


def _merged(
    settings: WorkspaceSettings,
    values: Mapping[str, Any],
    problem: str | None,
    source: str,
    *,
    may_permit: bool = False,
) -> WorkspaceSettings:
    changes, wrong = _taken(values, source, may_permit=may_permit)
    told = [*([problem] if problem else []), *(one.sentence for one in wrong)]
    return replace(settings, **changes, problems=(*settings.problems, *told))


class SettingProblem(NamedTuple):
    """What is wrong in a settings file: with the setting `name`, else with all of it."""

    name: str | None
    sentence: str


def check_settings(folder: Path) -> dict[Path, list[SettingProblem]]:
    """What is wrong in the settings files that count for a folder, settings that there are not
    included."""
    found: dict[Path, list[SettingProblem]] = {}
    for path, may_permit in ((user_file(), True), (folder / WORKSPACE_FILE, False)):
        values, problem = _read(path)
        source = str(path) if may_permit else WORKSPACE_FILE
        wrong = [SettingProblem(None, problem)] if problem else []
        wrong += _taken(values, source, may_permit=may_permit)[1]
        wrong += [_unknown(name, source) for name in values if name not in _ALL]
        found[path] = wrong
    return found


def _unknown(name: str, source: str) -> SettingProblem:
    from fourfold.text.nearest import one_of

    return SettingProblem(name, f"There is no setting {name} in {source}: {one_of(name, _ALL)}")


def _taken(
    values: Mapping[str, Any], source: str, *, may_permit: bool
) -> tuple[dict[str, Any], list[SettingProblem]]:
    """What the values change, by field, and what is wrong with them."""
    known = _ALL if may_permit else _SETTINGS
    problems: list[SettingProblem] = []
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if value is None or value == "":  # how an editor spells a setting that is not set
            continue
        if name in known:
            field_name, convert, expected = known[name]
            try:
                changes[field_name] = convert(value)
            except (TypeError, ValueError, KeyError):
                sentence = f"{name} in {source} has to be {expected}; it is passed over."
                problems.append(SettingProblem(name, sentence))
        elif name in _PERMISSIONS:
            sentence = (
                f"{name} in {source} is passed over; it counts only in your own {user_file()}."
            )
            problems.append(SettingProblem(name, sentence))
    return changes, problems


def _folders(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise TypeError
    return tuple(dict.fromkeys(_folder(one) for one in value))


def _folder(value: Any) -> str:
    given = _text(value).replace(os.sep, "/").strip("/")
    cleaned = posixpath.normpath(given)
    if not given or Path(cleaned).is_absolute() or cleaned.split("/")[0] == "..":
        raise ValueError
    return cleaned


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise TypeError
    patterns = tuple(dict.fromkeys(_text(one).strip() for one in value))
    if not all(one.strip("!/") for one in patterns):
        raise ValueError
    return patterns


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    # No name holds a control character, or what was half a character.
    if _NO_NAME.search(value):
        raise ValueError
    return value


def _mode(value: Any) -> str:
    if value not in ("always", "afterRun", "never"):
        raise ValueError
    return str(value)


def _number(low: float, high: float) -> Callable[[Any], float]:
    def convert(value: Any) -> float:
        if isinstance(value, bool) or not low <= value <= high:
            raise ValueError
        return float(value)

    return convert


def _count(low: int, high: int) -> Callable[[Any], int]:
    number = _number(low, high)

    def convert(value: Any) -> int:
        if number(value) != int(value):
            raise ValueError
        return int(value)

    return convert


def _names(value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise TypeError
    return frozenset(_text(one) for one in value)


def _places(value: Any) -> tuple[Path, ...]:
    if not isinstance(value, list):
        raise TypeError
    places = tuple(Path(_text(one)).expanduser() for one in value)
    if not all(place.is_absolute() for place in places):
        raise ValueError
    return places


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _team(value: Any) -> TeamSettings:
    table = _table(value)
    if table.keys() - {"database", "share", "reuse", "ignore"}:
        raise KeyError
    share = table.get("share", "all")
    if share not in ("all", "scores"):
        raise ValueError
    ignores = table.get("ignore", [])
    if not isinstance(ignores, list) or not all(isinstance(one, str) for one in ignores):
        raise TypeError
    names = tuple(ignores)  # as the database has them, which may be anything
    reuse = _flag(table.get("reuse", False))
    return TeamSettings(Secret(_text(table["database"])), share, reuse, names)


_SETTINGS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "folders": ("folders", _folders, 'a list of folders below the workspace, such as ["prompts"]'),
    "exclude": ("exclude", _patterns, 'a list of patterns as in a .gitignore, such as ["drafts/"]'),
    "versionOnSave": ("version_on_save", _mode, '"always", "afterRun" or "never"'),
    "joinSaves": ("join_saves", _number(0, 600), "a number of seconds from 0 to 600"),
    "model": ("model", _text, "the name of a model"),
    "concurrency": ("concurrency", _count(1, 64), "a number from 1 to 64"),
    "idleTimeout": ("idle_timeout", _number(1, 3600), "a number of seconds from 1 to 3600"),
}
_PERMISSIONS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "allowEnv": ("allow_env", _names, 'a list of names, such as ["TEAM"]'),
    "runTests": ("run_tests", _flag, "true or false"),
    "trustedFolders": ("trusted_folders", _places, 'a list of folders, such as ["~/work"]'),
    "models": ("models", _table, "tables such as [models.fast] with an endpoint"),
    "team": (
        "team",
        _team,
        'a table with a database, such as "postgresql://db.example.org/prompts", perhaps with '
        'share = "scores", reuse = true and ignore = ["NAME"]',
    ),
}
_ALL = {**_SETTINGS, **_PERMISSIONS}
