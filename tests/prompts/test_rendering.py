from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fourfold.prompts.failures import RenderError
from fourfold.prompts.rendering import Limits, Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = Limits(seconds=0.5, memory=256 << 20, output=100_000)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer(LIMITS)
    yield renderer
    renderer.close()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ a }}", "1"),
        ("{{ missing }}|{{ '<b>' }}", "|<b>"),
        ("{% if a %}\n  x\n{% endif %}\n", "\n  x\n\n"),
        ("{% for i in b %}{{ loop.index }}{{ i }} {% endfor %}", "1x 2y "),
        ("{{ b | join(', ') | upper }}{# c #}", "X, Y"),
        ("{{ c.d }}{{ c['d'] }}", "éé"),
        ("{{ '\ud800' }}😀", "\ud800😀"),
    ],
)
def test_rendering(renderer: Renderer, source: str, expected: str) -> None:
    values = {"a": 1, "b": ["x", "y"], "c": {"d": "é"}}
    assert renderer.render(source, values) == expected


TOO_LONG = [
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "{{ 9**(9**9) }}",
    "{% set a = 7 %}{% for i in range(9999) %}{% set b = a**99999 %}{% endfor %}",
    "{{ lipsum(n=10**7) }}",
]
TOO_MUCH = [
    "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ 'a' * 10**10 }}",
    "{{ 'a' * 10**6 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ x|center(10**9) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ [1] * 10**9 }}",
    "{% set a = 'x' * 10**7 %}{{ (a, a, a) | join(a) | replace('x', a) }}",
    "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "{{ 10**5000 }}",
]


@pytest.mark.parametrize("source", TOO_LONG)
def test_a_template_that_never_ends_is_ended(renderer: Renderer, source: str) -> None:
    began = time.monotonic()
    with pytest.raises(RenderError, match=r"took longer than 0\.5 s"):
        renderer.render(source, {})
    assert time.monotonic() - began < 5
    assert renderer.render("{{ 1 }}", {}) == "1"


@pytest.mark.parametrize("source", TOO_MUCH)
def test_a_template_that_wants_too_much_is_refused(renderer: Renderer, source: str) -> None:
    began = time.monotonic()
    with pytest.raises(RenderError):
        renderer.render(source, {"x": "x"})
    assert time.monotonic() - began < 5
    assert renderer.render("{{ 1 }}", {}) == "1"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ lipsum.__globals__['os'].environ }}",
        "{{ joiner.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}{{ os }}",
        "{% extends 'x' %}",
        "{{ a.append(1) }}",
        "{{ a.clear() }}",
        "{{ open('/etc/passwd') }}",
        "{{ environ }}",
    ],
)
def test_a_template_reaches_nothing_but_its_values(renderer: Renderer, source: str) -> None:
    try:
        rendered = renderer.render(source, {"a": [1]})
    except RenderError:
        return
    assert rendered.strip() == ""


def test_the_process_holds_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-value")
    renderer = Renderer(LIMITS)
    try:
        renderer.render("{{ 1 }}", {})
        worker = renderer._worker
        assert worker is not None
        environ = Path(f"/proc/{worker._process.pid}/environ")
        if not environ.exists():
            pytest.skip("the platform does not show a process's environment")
        assert b"canary" not in environ.read_bytes()
        assert b"PATH=" not in environ.read_bytes().replace(b"LD_LIBRARY_PATH=", b"")
    finally:
        renderer.close()


@pytest.mark.parametrize("value", [{(1, 2): 3}, "cycle"])
def test_values_that_cannot_be_sent_are_refused(renderer: Renderer, value: object) -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    with pytest.raises(RenderError, match="cannot be handed"):
        renderer.render("{{ a }}", {"a": cycle if value == "cycle" else value})


def test_text_without_jinja_needs_no_process() -> None:
    renderer = Renderer()
    assert renderer.render("a } { % b", {}) == "a } { % b"
    assert renderer._worker is None


def test_many_threads_get_their_own_answers(renderer: Renderer) -> None:
    results: dict[int, str] = {}

    def work(number: int) -> None:
        for _ in range(20):
            results[number] = renderer.render("{{ n }}-{{ n * 2 }}", {"n": number})

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == {n: f"{n}-{n * 2}" for n in range(8)}


def test_a_process_that_was_killed_is_started_again(renderer: Renderer) -> None:
    renderer.render("{{ 1 }}", {})
    worker = renderer._worker
    assert worker is not None
    worker._process.kill()
    worker._process.wait(30)
    assert renderer.render("{{ 2 }}", {}) == "2"


def test_a_runtime_error_says_on_which_line(renderer: Renderer) -> None:
    with pytest.raises(RenderError) as caught:
        renderer.render("a\nb\n{{ 1 / 0 }}", {})
    assert caught.value.line == 2


@pytest.mark.parametrize("template", ["{{ 1 }}", "{{ 9**(9**9) }}"])
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks processes up in /proc")
def test_the_process_ends_with_its_parent_even_when_that_is_killed(template: str) -> None:
    program = (
        "import threading, time\n"
        "from fourfold.prompts.rendering import Renderer\n"
        "r = Renderer(); r.start()\n"
        f"threading.Thread(target=r.render, args=({template!r}, {{}}), daemon=True).start()\n"
        "print(r._worker._process.pid, flush=True)\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
    finally:
        parent.kill()
        parent.wait(30)
        if parent.stdout is not None:
            parent.stdout.close()
    until = time.monotonic() + 10
    while time.monotonic() < until and _runs(pid):
        threading.Event().wait(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return b"\nState:\tZ" not in Path(f"/proc/{pid}/status").read_bytes()
    except OSError:
        return False
