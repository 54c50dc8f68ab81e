"""Which files are more than text, however their names are written."""

from __future__ import annotations

import unicodedata

import pytest

from fourfold.steps.obeyed import why_asked

OBEYED = {
    "editors": [".vscode/tasks.json", "sub/.VSCode/settings.json", "x.code-workspace", ".idea/a"],
    "CI": [".github/workflows/ci.yml", ".GitHub/actions/a/action.yml", ".gitlab-ci.yml"],
    "Git": [".gitattributes", ".gitmodules", ".gitconfig", ".githooks/pre-push", ".git/config"],
    "commit": [".husky/pre-commit", ".pre-commit-config.yaml", "lefthook.yml"],
    "shells": [".envrc", ".env", ".env.local", "mise.toml", ".bashrc", "flake.nix"],
    "package managers": [".npmrc", ".yarnrc.yml", ".yarn/releases/yarn.cjs", "node_modules/a.js"],
    "installed": ["package.json", "pyproject.toml", "setup.py", "sub/build.rs"],
    "build tools": ["Makefile", "GNUmakefile", "a/CMakeLists.txt", "vite.config.ts", "justfile"],
    "Python": ["sitecustomize.py", "lib/usercustomize.py", "a.pth", ".venv/bin/python"],
    "test runners": ["conftest.py", "tests/conftest.py", "tox.ini", "pytest.ini"],
    "containers": [".devcontainer/devcontainer.json", ".devcontainer.json", "compose.yaml"],
    "agents": ["CLAUDE.md", "AGENTS.md", ".claude/settings.json", ".cursorrules", ".mcp.json"],
    "Fourfold": ["prompts/workflow.yaml", "fourfold.toml", "a/prompts/x.md", "chat.prompty"],
    "hidden": [".prettierrc", ".unheard-of/config", "a/.b/c.py"],
}


@pytest.mark.parametrize(("why", "path"), [(w, p) for w, paths in OBEYED.items() for p in paths])
def test_what_tools_run_or_obey_has_a_reason(why: str, path: str) -> None:
    assert why in (why_asked(path) or "")


@pytest.mark.parametrize("path", [path for paths in OBEYED.values() for path in paths])
def test_no_other_spelling_hides_it(path: str) -> None:
    spellings = [
        path.upper(),
        path.title(),
        unicodedata.normalize("NFD", path),
        "/".join(f"{part}." for part in path.split("/")),
        "/".join(f"{part} " for part in path.split("/")),
        path.replace("k", "\u212a").replace("s", "\u017f").replace("fi", "\ufb01"),
        path.replace("e", "e\u200c"),
        "".join(chr(ord(one) + 0xFEE0) if one.isalpha() else one for one in path),
    ]
    assert all(why_asked(spelling) is not None for spelling in spellings)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "src/app.py",
            "README.md",
            "src/workflow.py",
            "tests/test_app.py",
            "prompts.py",
            "a/b.ts",
        ),
        *("agents.py", "src/config.py", "index.html", "data/package.jsonl", "environment.py", "x"),
        *("make.py", "docs/github.md", "vscode/x.json", "naïve.py", "git.py", "requirements.txt"),
    ],
)
def test_ordinary_files_have_none(path: str) -> None:
    assert why_asked(path) is None
