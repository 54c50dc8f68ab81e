"""Files that tools run or obey by themselves, as soon as they are there: more than text.

Somebody who agrees to ten source files has not agreed to an editor's tasks among them, so each of
these is asked about alone, and never written without an answer.
"""

from __future__ import annotations

import re
import unicodedata

_ANYWHERE = r"(?:.*/)?"
_BELOW = r"(?:/.*)?"


def _rule(names: str, why: str) -> tuple[re.Pattern[str], str]:
    return re.compile(f"{_ANYWHERE}(?:{names}){_BELOW}"), why


_RULES = (
    _rule(r"\.git[^/]*/hooks|\.githooks", "Git runs its hooks"),
    _rule(
        r"\.github|\.gitlab|\.gitlab-ci\.ya?ml|\.circleci|\.travis\.ya?ml|\.drone\.ya?ml|\.gitea"
        r"|\.forgejo|\.buildkite|\.woodpecker[^/]*|\.cirrus\.ya?ml|\.appveyor\.ya?ml|\.teamcity"
        r"|appveyor\.ya?ml|jenkinsfile|azure-pipelines[^/]*\.ya?ml|bitbucket-pipelines\.ya?ml"
        r"|cloudbuild\.ya?ml|buildspec\.ya?ml|action\.ya?ml",
        "CI runs what it says, with the repository's secrets",
    ),
    _rule(r"\.git[^/]*", "Git obeys it"),
    _rule(
        r"\.husky|\.pre-commit-[^/]*|\.?lefthook[^/]*|\.lintstagedrc[^/]*|\.overcommit\.ya?ml",
        "it runs with every commit",
    ),
    _rule(
        r"\.vscode|[^/]*\.code-workspace|\.idea|\.fleet|\.zed|\.helix|\.nova|\.vs|\.theia"
        r"|[^/]*\.sublime-project|\.dir-locals[^/]*|\.exrc|\.n?vimrc|\.nvim\.lua|\.lvimrc",
        "editors run what it says when the folder is opened",
    ),
    _rule(
        r"\.devcontainer[^/]*|\.gitpod[^/]*|\.replit|devfile\.ya?ml"
        r"|(?:docker-)?compose[^/]*\.ya?ml",
        "containers are started as it says",
    ),
    _rule(
        r"\.envrc|\.direnv|\.env[^/]*|\.mise[^/]*|mise\.toml|\.tool-versions|\.asdfrc|shell\.nix"
        r"|flake\.nix|devenv\.nix|\.(?:bash|zsh|k?sh)[^/]*|\.z?profile|\.z?login|\.zlogout",
        "shells take it over when the folder is entered",
    ),
    _rule(
        r"\.claude[^/]*|claude[^/]*\.md|agents[^/]*\.md|gemini\.md|\.gemini|\.codex|\.cursor[^/]*"
        r"|\.windsurf[^/]*|\.clinerules|\.roo[^/]*|\.kiro|\.junie|\.aider[^/]*|\.continue[^/]*"
        r"|\.amazonq|\.goose[^/]*|\.?mcp\.json|skill\.md|copilot-instructions\.md"
        r"|[^/]*\.(?:instructions|agent|chatmode)\.md",
        "AI agents obey it",
    ),
    _rule(
        r"prompts|workflow\.ya?ml|fourfold\.toml|[^/]*\.prompty|[^/]*\.prompt(?:\.md|\.ya?ml)?"
        r"|[^/]*\.tests\.(?:ya?ml|jsonl?|csv)",
        "Fourfold obeys it",
    ),
    _rule(
        r"sitecustomize(?:\.pyc?)?|usercustomize(?:\.pyc?)?|[^/]*\.pth|pyvenv\.cfg|\.?venv",
        "Python runs it before any other code",
    ),
    _rule(
        r"conftest\.py|\.?pytest\.(?:ini|toml)|tox\.ini|noxfile\.py|\.coveragerc"
        r"|(?:jest|vitest|karma|playwright|cypress)\.(?:conf|setup)[^/]*",
        "test runners run what it says before the tests",
    ),
    _rule(
        r"\.npmrc|\.yarnrc[^/]*|\.yarn|\.pnpm[^/]*|\.pnp\.[^/]*|bunfig\.toml|pip\.(?:conf|ini)"
        r"|\.pypirc|\.cargo|\.bundle|\.gemrc|\.condarc|nuget\.config|node_modules",
        "package managers obey it",
    ),
    _rule(
        r"package\.json|pyproject\.toml|setup\.(?:py|cfg)|build\.rs|binding\.gyp|composer\.json"
        r"|gemfile|[^/]*\.gemspec|deno\.jsonc?",
        "its scripts run when it is installed or built",
    ),
    _rule(
        r"(?:gnu)?makefile|[^/]*\.mk|\.?justfile|rakefile|taskfile\.ya?ml|dockerfile[^/]*|procfile"
        r"|cmakelists\.txt|(?:build|settings)\.gradle(?:\.kts)?|gradlew[^/]*|mvnw[^/]*|pom\.xml"
        r"|(?:gulp|grunt)file\.[^/]*|build\.zig|package\.swift|directory\.build\.[^/]*"
        r"|[^/]*\.(?:cs|vb|fs)proj|[^/]*\.config\.[cm]?[jt]s",
        "build tools run what it says",
    ),
    _rule(r"\.[^/]+", "it is hidden, and such files tell tools what to do"),
)


def why_asked(path: str) -> str | None:
    """Why a file is asked about alone; None where it is ordinary.

    `path` is below the workspace folder, with forward slashes. Names count as a file system may
    take them: without regard to case, to how accents are written, and to dots and spaces at an end.
    """
    folded = "/".join(map(_folded, path.split("/")))
    return next((why for pattern, why in _RULES if pattern.fullmatch(folded)), None)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    seen = "".join(one for one in plain if unicodedata.category(one) not in ("Cf", "Mn"))
    return unicodedata.normalize("NFKC", seen).strip().rstrip(" .")
