"""The kinds of response in server/fourfold/workflow/workflow.schema.json."""

from __future__ import annotations

import json
import re

from fourfold.steps.responses.reading import KINDS
from generate.described import ROOT

FILE = ROOT / "server/fourfold/workflow/workflow.schema.json"
_ENUM = re.compile(r'("kind": \{\n[^\n]*\n\s*"enum": )\[[^]]*\]')


def workflow_schema() -> str:
    """The whole schema, with the kinds that can be read."""
    kinds = json.dumps([*KINDS, None])
    return _ENUM.sub(rf"\g<1>{kinds}", FILE.read_text(encoding="utf-8"), count=1)
