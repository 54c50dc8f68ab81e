"""server/protocol.schema.json: every argument and every answer as JSON Schema (2020-12)."""

from __future__ import annotations

import json

import msgspec

from generate.described import answers, commands, parts


def schema() -> str:
    """The file; `$defs` has the answers by name, and each command's argument under its name."""
    taken = {name: command for name, (_, command) in commands().items()}
    shapes = [*answers().values(), *taken.values()]
    _, found = msgspec.json.schema_components(shapes, ref_template="#/$defs/{name}")
    named = {command.__name__: name for name, command in taken.items()}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fourfold's protocol",
        "description": "Arguments by the names of their commands, answers by their own.",
        "$defs": {named.get(name, name): one for name, one in sorted(found.items())},
        "answers": {
            name: {"anyOf": [{"$ref": f"#/$defs/{one.__name__}"} for one in parts(command.answer)]}
            for name, command in taken.items()
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
