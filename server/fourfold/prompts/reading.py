"""Reads any prompt file: its front matter if it has one, then its text."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from fourfold.prompts.body import TemplateBody
from fourfold.prompts.front_matter import WITH_FRONT_MATTER
from fourfold.prompts.header import Header, read_header
from fourfold.prompts.jinja_source import JinjaSource
from fourfold.prompts.references import part_of
from fourfold.prompts.rendering import has_jinja
from fourfold.prompts.roles import mark_roles
from fourfold.prompts.template import (
    PromptTemplate,
    PromptTemplateVariable,
)
from fourfold.source.report import Report

MAX_CHARACTERS = 1_000_000


def read_prompt(text: str, suffix: str) -> PromptTemplate:
    """The template in `text`, which is normalised, of a file with this suffix, in small letters."""
    report = Report(text)
    header, body_start = read_header(text, suffix, report)
    has_header = header is not None
    body = text[body_start:]
    return _template(report, suffix, header or Header(), body, body_start, has_header=has_header)


def too_large(text: str) -> PromptTemplate:
    """What is said of a text that is not read, whatever its format."""
    report = Report(text)
    message = f"The prompt has more than {MAX_CHARACTERS:,} characters: shorten it to run it."
    report.add(0, 0, message, "error", "too-large")
    return _template(report, ".txt", Header(), "", 0, has_header=False)


def _template(
    report: Report, suffix: str, header: Header, body: str, offset: int, *, has_header: bool
) -> PromptTemplate:
    roles = suffix == ".prompty" or has_header
    source = _read_body(body, offset, report)
    variables = header.inputs
    if source.error is None and not header.broken:
        variables = _used(source, header, suffix, offset, report)
        _report_unused(header.inputs, source.names, report)
        _report_missing(variables, suffix, report)
    default_role: Literal["system", "user"] = "system" if suffix == ".prompty" else "user"
    return PromptTemplate(
        format="prompty" if roles else "text",
        name=header.name,
        description=header.description,
        model=header.model,
        parameters=header.parameters,
        response_format=header.response_format,
        variables=tuple(variables),
        problems=report.problems(),
        body=TemplateBody(
            source=mark_roles(body, source.data_spans) if roles else body,
            first_line=report.lines.position(offset).line,
            roles=roles,
            default_role=default_role,
        ),
        accepts_defaults=suffix in WITH_FRONT_MATTER,
    )


def _read_body(body: str, offset: int, report: Report) -> JinjaSource:
    if not has_jinja(body):
        return JinjaSource((), frozenset(), ((0, len(body)),))
    # Jinja takes a while to load, and many prompts need none
    from fourfold.prompts.jinja_analysis import read_jinja

    source = read_jinja(body)
    if source.error is not None:
        error = source.error
        report.add(offset + error.start, offset + error.end, error.message, "error", error.code)
    return source


def _used(
    source: JinjaSource, header: Header, suffix: str, offset: int, report: Report
) -> list[PromptTemplateVariable]:
    """The declared inputs, then what the text uses besides, which Prompty wants declared."""
    declared = header.inputs
    names = {variable.name for variable in declared}
    wanted = {used.name for used in source.variables if not used.optional}
    variables = [
        replace(one, optional=not one.required and (one.optional or one.name not in wanted))
        for one in declared
    ]
    for used in source.variables:
        if used.name in names:
            continue
        start, end = offset + used.start, offset + used.end
        sample = part_of(header.sample_file, used.name) if header.sample_file else None
        if suffix == ".prompty" and sample is None:
            stays_empty = used.optional or used.only_walked
            report.add(
                start,
                end,
                f"{used.name} is not declared in inputs: "
                + (
                    "it stays empty unless it is passed with the run."
                    if used.optional
                    else "it must be passed with each run."
                ),
                # who declares none has forgotten none
                "warning" if names and not stays_empty else "information",
                "undeclared-input",
                used.name,
            )
        variables.append(
            PromptTemplateVariable(
                name=used.name,
                kind="string",
                required=False,
                default=sample,
                example=None,
                description=None,
                range=report.lines.range(start, end),
                declared=sample is not None,
                typed=False,
                optional=used.optional,
            )
        )
    return variables


def _report_unused(
    declared: list[PromptTemplateVariable], names: frozenset[str], report: Report
) -> None:
    for variable in declared:
        if variable.name not in names:
            report.put(
                variable.range,
                f"The text does not use the input {variable.name}.",
                "information",
                "unused-input",
                variable.name,
            )


def _report_missing(variables: list[PromptTemplateVariable], suffix: str, report: Report) -> None:
    for variable in variables:
        if variable.optional or variable.fallback is not None:
            continue
        # one that is declared may be left to the run; of Prompty's others it is said elsewhere
        if variable.required or not (variable.declared or suffix == ".prompty"):
            report.put(
                variable.range,
                f"{variable.name} has no default: it must be passed with each run.",
                "warning" if variable.declared else "information",
                "missing-input",
                variable.name,
            )
