"""server/fourfold/lsp/commands/names.py: the modules of commands, known without loading any."""

from __future__ import annotations

from generate.described import commands


def names_py() -> str:
    lines = [f'    "{name}": "{module}",\n' for name, (module, _) in commands().items()]
    return (
        '"""The modules in `app/commands/` and `lsp/commands/` by command. Made by `make '
        'generate`."""\n\n'
        f"MODULES = {{\n{''.join(lines)}}}\n"
    )
