"""A design becomes components and checked diagrams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.steps.architecture_design import ArchitectureDesignStep
from fourfold.steps.diagram_error import DiagramError
from fourfold.steps.mermaid import check_mermaid
from fourfold.steps.plantuml import check_plantuml
from fourfold.steps.responses.errors import ResponseError
from support.steps import make_step

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def step(tmp_path: Path) -> ArchitectureDesignStep:
    step = make_step(tmp_path, "shop/architecture_design")
    assert type(step) is ArchitectureDesignStep
    return step


def named(step: ArchitectureDesignStep, response: str) -> list[tuple[str, str]]:
    value = step.process_response(response)
    return [(it["name"], it["text"]) for it in value["components"]]


@pytest.mark.parametrize(
    ("response", "components"),
    [
        (
            "## Approach\n- Streams: yes\n\n## Components\n- OrderExport: writes orders (R1)\n"
            "- **Store** – keeps them\n- `Month`\n\n## Interfaces\n```python\nx: int\n```\n",
            [("OrderExport", "writes orders (R1)"), ("Store", "keeps them"), ("Month", "")],
        ),
        (
            "# Components\n### `A`\nDoes a.\n### B\n- b\n# Risks\n### None",
            [("A", "Does a."), ("B", "b")],
        ),
        ("1. **API**: takes calls\n2. **Limiter**: counts", [("API", "takes calls")]),
        ("Just some words about nothing.", []),
        ("- a: 1\n- a: 2", [("a", "1")]),
    ],
)
def test_components(
    step: ArchitectureDesignStep, response: str, components: list[tuple[str, str]]
) -> None:
    found = named(step, response)
    assert found[: len(components)] == components
    assert bool(found) == bool(components)


def test_diagrams_are_read_and_shown(step: ArchitectureDesignStep) -> None:
    value = step.process_response(
        "## Components\n- A: a\n\n```mermaid\nflowchart LR\n  A --> B\n```\n\n"
        "```\n@startuml\nA -> B : x\n@enduml\n```\n\n```\nsequenceDiagram\nA->>B: x\n```\n"
        "```text\ngraph is a word\n```\n"
    )
    assert value["diagrams"] == [
        {"kind": "mermaid", "source": "flowchart LR\n  A --> B\n"},
        {"kind": "plantuml", "source": "@startuml\nA -> B : x\n@enduml\n"},
        {"kind": "mermaid", "source": "sequenceDiagram\nA->>B: x\n"},
    ]
    described = step.describe(value)
    assert "```mermaid\nflowchart LR\n  A --> B\n```" in described
    assert "```plantuml\n@startuml" in described


def test_without_a_diagram_one_is_drawn(step: ArchitectureDesignStep) -> None:
    value = step.process_response(
        '## Components\n- API: asks Rate Limiter\n- Rate Limiter: counts\n- "<b>#": none, API-like'
    )
    described = step.describe(value)
    assert described == (
        "### Diagram\n\n```mermaid\nflowchart LR\n"
        '    c0["API"]\n    c1["Rate Limiter"]\n    c2["#quot;#lt;b#gt;#35;#quot;"]\n'
        "    c0 --> c1\n    c2 --> c0\n```"
    )
    check_mermaid(described.split("```")[1].removeprefix("mermaid\n"))
    assert step.describe(step.process_response("Only words.")) == ""


def test_a_broken_diagram_does_not_fit(step: ArchitectureDesignStep) -> None:
    with pytest.raises(ResponseError) as error:
        step.process_response("# Design\n\n```mermaid\nflowchart LR\n  A --> B\n  B -->\n```\n")
    assert str(error.value) == (
        "The Mermaid diagram is broken on line 6 of the response: nothing stands after the "
        "arrow; change the prompt, or run it again."
    )
    assert "on its line 3" in error.value.hint

    with pytest.raises(ResponseError, match="has no end"):
        step.process_response("```mermaid\nflowchart LR\nA --> B\n")
    with pytest.raises(ResponseError, match="PlantUML diagram is broken on line 2"):
        step.process_response("```plantuml\n@startuml\nA -> B\n```")


def test_an_empty_response_does_not_fit(step: ArchitectureDesignStep) -> None:
    with pytest.raises(ResponseError, match="empty"):
        step.process_response(" \n")


# Mermaid 11 itself takes all of the first list and refuses all of the second.
GOOD_MERMAID = [
    "graph TD;\nA-->B;\nB-->C;",
    "flowchart LR\n  A[Start] --> B{Is it?}\n  B -->|Yes| C[OK]\n  B -- No --> D((End))",
    "flowchart TD\n subgraph one [Title here]\n direction TB\n a --> b\n end\n one --> c",
    "flowchart LR\n A & B --> C & D\n A-->B-->C",
    "flowchart LR\n A-.->B\n A-. text .->C\n A==>D\n A== text ==>E\n A~~~F\n A---G\n A-- t ---H",
    "flowchart LR\nA--oB\nB--xC\nA<-->B\nA o--o B\nx--x y\nA----->B\nA-...->C",
    'flowchart LR\nA["a (b) [c]; d"] --> B("x --> y")',
    "flowchart LR\nA[(Data)] --> B>flag]\nC{{h}}\nD[/p/]\nF(((x)))\nG([s])\nH[[s]]\nI[/t\\]",
    "---\ntitle: x\n---\n%%{init: {'theme': 'dark'}}%%\nflowchart LR\n%% comment -->\nA-->B",
    'flowchart LR\nA-->B\nstyle A fill:#f\nclassDef x fill:#fff\nA:::x\nclick A "https://x/(" "t"',
    'flowchart LR\nA@{ shape: rect, label: "x (y)" } --> B\nC["`two\nlines`"]\nD[x\ny]',
    "flowchart LR\nA[<b>x</b>] -->|a-->b| end1[it's]",
    "flowchart LR; A-->B; B-->C",
    "flowchart LR\nA\n-->B\n\n  --> C -->\nD",
    "sequenceDiagram\nparticipant A as Al\nactor B\nA->>+B: x\nB-->>-A: y\nNote over A,B: a --> b\n"
    "loop often\nA-xB: x\nend\nalt a\nA-)B: x\nelse b\nA<<->>B: y\nend",
    'classDiagram\nclass A {\n+int x\n+foo(bar) int\n}\nA <|-- B\nA --> "1" C : has {x}\n'
    "class `D{`",
    "stateDiagram-v2\n[*] --> A\nstate A {\n[*] --> B\n}\nnote right of A\n x { y\nend note",
    'erDiagram\nA ||--o{ B : has\nA {\nstring name PK "the {x}"\n}\nB }|..|{ C : uses',
    'pie title X\n"a": 1',
    "mindmap\n root((x))\n  a",
]
BROKEN_MERMAID = [
    ("", 1, "it is empty"),
    ("A --> B", 1, "A is no kind of diagram, as flowchart LR is one"),
    ("---\ntitle: x\nflowchart LR", 1, "its front matter has no end"),
    ("flowchart XX\nA-->B", 1, "XX is no direction; use TB, BT, LR or RL"),
    ("flowchart LR\nA-->", 2, "nothing stands after the arrow"),
    ("flowchart LR\n-->B", 2, "nothing stands before the arrow"),
    ("flowchart LR\nA-->B;\n-->C", 3, "nothing stands before the arrow"),
    ("flowchart LR\nsubgraph x\n-->B\nend", 3, "nothing stands before the arrow"),
    ("flowchart LR\nA-->\nsubgraph x\nend", 2, "nothing stands after the arrow"),
    ("flowchart LR\nA --> --> B", 2, "nothing stands after the arrow"),
    ("flowchart LR\nA -> B", 2, "-> is no arrow of a flowchart; write -->"),
    ("flowchart LR\nA --> end", 2, "end is a word of Mermaid's own; name the node End"),
    ("flowchart LR\nA[x --> B\nB --> C", 2, "a bracket has no ]"),
    ("flowchart LR\nA[x --> B\nB --> C[y]", 2, "a bracket has no ]"),
    ("flowchart LR\nA x] --> B", 2, "] closes nothing"),
    ("flowchart LR\nA(x] --> B", 2, "] closes nothing"),
    ("flowchart LR\nA[f(x)]", 2, "( stands inside a label"),
    ('flowchart LR\nA[say "x"]', 2, "a quote stands inside a label"),
    ('flowchart LR\nA["x] --> B\nB --> C', 2, "a quote has no end"),
    ("flowchart LR\nA -->|x B", 2, "a | has no other half"),
    ("flowchart LR\nsubgraph x\nA", 2, "this subgraph has no end"),
    ("flowchart LR\nA\nend", 3, "end stands without a subgraph"),
    ("flowchart LR\nA-->B %% why", 2, "a comment stands behind a statement"),
    ("sequenceDiagram\nA->>: x", 2, "nothing stands after the arrow"),
    ("sequenceDiagram\n->>B: x", 2, "nothing stands before the arrow"),
    ("sequenceDiagram\nA->>B", 2, "the message has no text"),
    ("sequenceDiagram\nloop x\nA->>B: y", 2, "this loop has no end"),
    ("sequenceDiagram\nA->>B: y\nend", 3, "end stands without a block"),
    ("classDiagram\nclass A {\n+x", 2, "{ is never closed"),
    ("erDiagram\nA ||--o{ B : x\nA {\nint id", 3, "{ is never closed"),
]


@pytest.mark.parametrize("source", GOOD_MERMAID)
def test_what_mermaid_takes_is_taken(source: str) -> None:
    check_mermaid(source)


@pytest.mark.parametrize(("source", "line", "said"), BROKEN_MERMAID)
def test_what_mermaid_refuses(source: str, line: int, said: str) -> None:
    with pytest.raises(DiagramError) as error:
        check_mermaid(source)
    assert error.value.line == line
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    "body",
    [
        "A -> B : hello\nB --> A : x -->\nA ->> B\nA -[#red]> B\nA <- B",
        "class A {\n  +x: int\n  -- getters --\n  {static} f()\n}\nA <|-- B\nA *-- C\nA o-- D",
        '[First] --> [Second]\n() "HTTP" - [First]\npackage "P" {\n  [X]\n}\nX -down-> Y\nA ..> B',
        "note left of A\n --> anything {\nend note\n' comment -->\ntitle Some -->\nA -> B",
        "actor User\nUser -> (Do it)\n!include x\nskinparam x {\n  y z\n}",
        "start\n:do it;\nif (x?) then (yes)\n  :a;\nelse (no)\nendif\nstop",
        "",
    ],
)
def test_plantuml_that_may_be_right_is_taken(body: str) -> None:
    check_plantuml(f"@startuml\n{body}\n@enduml\n")


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("A -> B", 1, "it does not begin with @startuml"),
        ("@startuml\nA -> B\n", 1, "@startuml has no @enduml"),
        ("A\n@enduml", 2, "@enduml has no other half"),
        ("@startuml\n@endmindmap", 2, "@endmindmap has no other half"),
        ("@startuml\n@startuml\n@enduml", 2, "@startuml has no other half"),
        ("@startuml\nclass A {\n@enduml", 2, "{ is never closed"),
        ("@startuml\n}\n@enduml", 2, "} closes nothing"),
        ('@startuml\nclass "A\n@enduml', 2, "a quote has no end"),
        ("@startuml\nA ->\n@enduml", 2, "nothing stands after the arrow"),
        ("@startuml\n--> B\n@enduml", 2, "nothing stands before the arrow"),
    ],
)
def test_broken_plantuml(source: str, line: int, said: str) -> None:
    with pytest.raises(DiagramError) as error:
        check_plantuml(source)
    assert error.value.line == line
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    "body", ["[" * 900_000, "A--" * 300_000, '"' * 900_001, "A-->B\n" * 100_000, "-" * 900_000]
)
def test_hostile_diagrams_end(step: ArchitectureDesignStep, body: str) -> None:
    try:
        step.process_response(f"```mermaid\nflowchart LR\n{body}\n```\n")
        step.process_response(f"```plantuml\n@startuml\n{body}\n@enduml\n```\n")
    except ResponseError as error:
        assert str(error)  # noqa: PT017
