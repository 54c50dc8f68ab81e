"""Which suffix goes with which language of a code block."""

from __future__ import annotations

_SUFFIXES = {
    "bash": "sh",
    "c": "c",
    "c#": "cs",
    "c++": "cpp",
    "cpp": "cpp",
    "cs": "cs",
    "csharp": "cs",
    "css": "css",
    "dart": "dart",
    "elixir": "ex",
    "go": "go",
    "golang": "go",
    "haskell": "hs",
    "html": "html",
    "java": "java",
    "javascript": "js",
    "js": "js",
    "json": "json",
    "jsx": "jsx",
    "julia": "jl",
    "kotlin": "kt",
    "lua": "lua",
    "markdown": "md",
    "md": "md",
    "perl": "pl",
    "php": "php",
    "powershell": "ps1",
    "py": "py",
    "python": "py",
    "python3": "py",
    "r": "r",
    "rb": "rb",
    "rs": "rs",
    "ruby": "rb",
    "rust": "rs",
    "scala": "scala",
    "sh": "sh",
    "shell": "sh",
    "sql": "sql",
    "swift": "swift",
    "toml": "toml",
    "ts": "ts",
    "tsx": "tsx",
    "typescript": "ts",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "zig": "zig",
}
_LANGUAGES = {
    "cpp": "cpp",
    "cs": "csharp",
    "js": "javascript",
    "md": "markdown",
    "py": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "ts": "typescript",
}
_EXAMPLES = {
    "",
    "bash",
    "console",
    "diff",
    "mermaid",
    "output",
    "plaintext",
    "plantuml",
    "sh",
    "shell",
    "shell-session",
    "terminal",
    "text",
    "txt",
}


def default_name(language: str, number: int) -> str:
    """`code.py` for the first file of a language, then `code-2.py`."""
    suffix = _SUFFIXES.get(language, "txt")
    return f"code.{suffix}" if number == 1 else f"code-{number}.{suffix}"


def language_of(path: str) -> str:
    """The language that a path's suffix says; empty where it says none."""
    suffix = path.rpartition(".")[2].lower()
    return _LANGUAGES.get(suffix) or (suffix if suffix in _SUFFIXES.values() else "")


def is_example(language: str) -> bool:
    """Whether a block of `language` without a name is more likely shown than meant as a file."""
    return language in _EXAMPLES
