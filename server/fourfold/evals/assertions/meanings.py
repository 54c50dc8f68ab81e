"""What each type of assertion checks, in a sentence: for hovers, and the table of TESTS.md."""

from __future__ import annotations

_TABLE: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("equals",),
        "the response is this text; a list, a mapping or null is compared as JSON",
    ),
    (
        (
            "contains",
            "icontains",
        ),
        "the text is in it; with `i` in any case of letters",
    ),
    (
        (
            "contains-all",
            "contains-any",
            "icontains-all",
            "icontains-any",
        ),
        "all, or any, of a list (or of a text with commas)",
    ),
    (
        ("starts-with",),
        "it begins so",
    ),
    (
        ("regex",),
        "a regular expression of JavaScript without flags matches somewhere; one that takes "
        "longer than a second fails",
    ),
    (
        (
            "is-json",
            "contains-json",
        ),
        "it is JSON, or an object is in it; `value` may be a JSON schema of draft 7",
    ),
    (
        ("is-xml",),
        "it is XML; `value` may name elements by their paths",
    ),
    (
        ("levenshtein",),
        "at most `threshold` (5) characters differ",
    ),
    (
        ("word-count",),
        "so many words, or from `min` to `max`",
    ),
    (
        (
            "latency",
            "cost",
        ),
        "at most `threshold` milliseconds, or dollars",
    ),
    (
        ("finish-reason",),
        "the model stopped for this reason",
    ),
    (
        ("is-refusal",),
        "it declines, in one of the usual English phrases",
    ),
    (
        ("javascript",),
        "code says so: one line is an expression of `output` and `context`, several lines a "
        "function's body, `file://check.js` (or `file://check.js:name`) exports a function. "
        "It gives true, false, a number (the score; passes above 0, or from `threshold` on) "
        "or `{pass, score, reason}`",
    ),
    (
        ("python",),
        "code says so, as in `javascript`: one line is an expression, several lines a "
        "function's body (with `return`), `file://check.py` (or `file://check.py:name`) has "
        '`get_assert(output, context)`. The texts `"True"` and `"0.7"` count as what they '
        "say, and a `threshold` overrules a mapping's `pass`",
    ),
    (
        ("llm-rubric",),
        "a model says that `value`, a rubric, is fulfilled; with a `threshold` its score has "
        "to reach it too",
    ),
    (
        ("g-eval",),
        "a model makes steps of the criteria in `value` (a text, or a list of which the mean "
        "counts), and a score with them, at least `threshold` (0.7)",
    ),
    (
        ("factuality",),
        "a model says that the response does not contradict the reference answer in `value`; "
        "`options.factuality` may give `subset`, `superset`, `agree`, `disagree` and "
        "`differButFactual` other scores",
    ),
    (
        ("similar",),
        "the cosine of its embedding and that of `value` (of one of a list) is at least "
        "`threshold` (0.75)",
    ),
    (
        ("webhook",),
        "the address in `value`, which is sent `{output, context: {prompt, vars}}`, answers "
        "`{pass, score, reason}`",
    ),
    (
        ("assert-set",),
        "several that count as one, by the mean of their scores",
    ),
)

MEANINGS = {name: meaning.replace("`", "") for names, meaning in _TABLE for name in names}
"""By the type, without `not-`, as plain text."""


def rows() -> list[str]:
    """The rows of the table in TESTS.md."""
    return [
        f"| {', '.join(f'`{name}`' for name in names)} | {meaning} |" for names, meaning in _TABLE
    ]
