"""Reads a Dotprompt file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.dotprompt_header import front_matter, read_keys
from fourfold.prompts.handlebars_body import HandlebarsBody
from fourfold.prompts.handlebars_source import HELPERS, read_handlebars
from fourfold.prompts.header import Header, read_found
from fourfold.prompts.template import PromptTemplate
from fourfold.prompts.tool_file import free_input
from fourfold.source.report import Report

if TYPE_CHECKING:
    from fourfold.prompts.handlebars_source import HandlebarsSource
    from fourfold.prompts.template import PromptTemplateVariable

_LOST = {
    "media": "Only text is sent to a model today: of this its address is put in.",
    "section": "A run does not use sections: nothing is put in here.",
}


def read_dotprompt(text: str) -> PromptTemplate:
    """What a normalised text holds. Never raises."""
    report = Report(text)
    found = front_matter(text)
    header, offset = Header(), 0
    if found is not None:
        header, offset = read_found(found, report, read_keys), found.body_start
    body = text[offset:]
    if found is not None:
        offset += len(body) - len(body.lstrip())
        body = body.strip()
    source = read_handlebars(body)
    variables = header.inputs
    if source.fault is not None:
        fault = source.fault
        report.add(offset + fault.start, offset + fault.end, fault.message, "error", fault.code)
    elif not header.broken:
        variables = _used(source, header.inputs, offset, report)
        _say_of_calls(source, offset, report)
    return PromptTemplate(
        format="dotprompt",
        name=header.name,
        description=header.description,
        model=header.model,
        parameters=header.parameters,
        response_format=header.response_format,
        variables=tuple(variables),
        problems=report.problems(),
        body=HandlebarsBody(
            body, report.lines.position(offset).line, tuple(sorted(source.partials))
        ),
        accepts_defaults=None,
    )


def _used(
    source: HandlebarsSource,
    declared: list[PromptTemplateVariable],
    offset: int,
    report: Report,
) -> list[PromptTemplateVariable]:
    """The declared inputs, then what the text uses besides."""
    variables = list(declared)
    names = {variable.name for variable in declared}
    for used in source.variables:
        if used.name in names:
            continue
        start, end = offset + used.start, offset + used.end
        if declared:
            report.add(
                start,
                end,
                f"{used.name} is not in the schema of the input.",
                "warning",
                "undeclared-input",
                used.name,
            )
        where = report.lines.range(start, end)
        variables.append(free_input(used.name, where, optional=used.optional))
    for variable in declared:
        if variable.name not in source.names and not source.partials:
            report.put(
                variable.range,
                f"The text does not use the input {variable.name}.",
                "information",
                "unused-input",
                variable.name,
            )
    return variables


def _say_of_calls(source: HandlebarsSource, offset: int, report: Report) -> None:
    for name, start, end in source.calls:
        if name in _LOST:
            report.add(offset + start, offset + end, _LOST[name], "information", "not-resolved")
        elif name not in HELPERS and name not in ("if", "unless", "each", "with"):
            report.add(
                offset + start,
                offset + end,
                f"{name} is no helper of Dotprompt's, so the prompt cannot be rendered: write it "
                "without.",
                "error",
                "unknown-helper",
                name,
            )
