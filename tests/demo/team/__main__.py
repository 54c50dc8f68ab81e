"""`make team`: a database, four workers and three editors on this machine, and one verdict that all
of them watch, until Ctrl-C."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

TESTS_FOLDER = Path(__file__).parents[2]
if str(TESTS_FOLDER) not in sys.path:
    sys.path.insert(0, str(TESTS_FOLDER))

from pytest import skip  # noqa: E402, PT013

from demo.team.person import PROJECT, Person, TeamTrouble, end  # noqa: E402
from demo.team.prompts import NAME, RATES, TEXTS, Endpoint, tests_file  # noqa: E402
from demo.team.watchers import InNeovim, InSmallEditor, InVSCode, Watcher  # noqa: E402
from support.postgres import running_cluster  # noqa: E402
from support.scripted_model import scripted_model  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from support.postgres import Cluster

    _Open = Callable[[Person], Awaitable[Watcher]]
    _Opening = AbstractAsyncContextManager[Watcher]

WORKERS = 4
A_SECOND = 8.0
LOOK_SECONDS = 0.5
SEEN_SECONDS = 60.0
"""How long an editor may take to show the verdict, once it is there."""


def main() -> int:
    """The exit code: 0 also after Ctrl-C, or 1 with what went wrong, or 3 with what is missing."""
    try:
        with (
            running_cluster() as cluster,
            tempfile.TemporaryDirectory(prefix="fourfold-team-") as f,
        ):
            print(f"✓ PostgreSQL runs in {cluster.folder}, for this alone", flush=True)
            asyncio.run(show(cluster, Path(f).resolve()))
    except skip.Exception as missing:
        print(missing, file=sys.stderr)
        return 3
    except TeamTrouble as trouble:
        print(f"The team could not go on: {trouble}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        pass
    print("The database, the workers and the editors have ended, and nothing of them is left.")
    return 0


async def show(cluster: Cluster, folder: Path) -> None:
    """Goes on until Ctrl-C where somebody watches; in a log until the verdict is seen."""
    showing = asyncio.current_task()
    assert showing is not None
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, showing.cancel)
    endpoint = Endpoint(A_SECOND)
    async with scripted_model(endpoint) as model, AsyncExitStack() as stack:
        print(
            f"✓ A scripted endpoint answers {A_SECOND:.0f} calls a second at {model.base_url}; of "
            f"the tests v1, v2 and v3 pass about {', '.join(f'{rate} %' for rate in RATES)}",
            flush=True,
        )
        people = _people(cluster, folder, model.base_url)
        ann, *others = people
        with step("ann has three versions of a prompt, its tests, and makes the team's project"):
            await _begin(ann)
        with step("bob, dan and eve have cloned the repository and joined; eve may only read"):
            await asyncio.gather(*(_join(one, ann) for one in others))
        with step(f"{WORKERS} workers wait for calls, ann's and bob's"):
            for number in range(WORKERS):
                await stack.enter_async_context(_working(people[number % 2]))
        watchers = [await stack.enter_async_context(one) for one in _editors(*others)]
        await _watch(ann, watchers, endpoint, folder)
        for watcher in watchers:
            if isinstance(watcher, InVSCode):
                print(f"  VS Code of bob's: {watcher.address}")
        if sys.stdout.isatty():
            print("  Ctrl-C ends it all and leaves nothing behind but the picture.", flush=True)
            await asyncio.Event().wait()


@contextmanager
def step(text: str) -> Iterator[None]:
    """Says what was done, and how long it took."""
    begun = time.monotonic()
    print(f"… {text}", end="\r" if sys.stdout.isatty() else "\n", flush=True)
    yield
    print(f"✓ {text} ({time.monotonic() - begun:.1f} s)", flush=True)


def _people(cluster: Cluster, folder: Path, base_url: str) -> list[Person]:
    found = []
    with cluster.connect() as admin:
        admin.execute("CREATE ROLE dan LOGIN")
        admin.execute("GRANT CREATE ON DATABASE postgres TO ann")
    for name in ("ann", "bob", "dan", "eve"):
        person = Person(
            name,
            folder / name / "home",
            folder / name / PROJECT,
            cluster.address("postgres"),
            base_url,
        )
        person.configure()
        found.append(person)
    return found


async def _begin(ann: Person) -> None:
    prompts = ann.folder / "prompts"
    prompts.mkdir(parents=True)
    ann.git("init", "-q", "-b", "main")
    (prompts / f"{NAME}.tests.json").write_text(tests_file(), encoding="utf-8")
    for number, text in enumerate(TEXTS, 1):
        (prompts / f"{NAME}.md").write_text(text, encoding="utf-8")
        await ann.fourfold("save", NAME)
        ann.git("add", ".")
        ann.git("commit", "-q", "-m", f"Version {number}")
    roles = ("--contribute", "bob", "--contribute", "dan", "--read", "eve")
    await ann.fourfold("team", "init", *roles)


async def _join(person: Person, ann: Person) -> None:
    """Each commit is a version: the texts travel by git, and the rest by the database."""
    person.folder.mkdir(parents=True)
    person.git("clone", "-q", str(ann.folder), ".")
    for commit in person.git("log", "--reverse", "--format=%H").split():
        person.git("checkout", "-q", commit)
        await person.fourfold("save", NAME)
    person.git("checkout", "-q", "main")
    await person.fourfold("team", "init")


@asynccontextmanager
async def _working(person: Person) -> AsyncIterator[None]:
    process = await person.start("worker")
    try:
        assert process.stderr is not None
        while b"Working for" not in (line := await process.stderr.readline()):
            if not line:
                raise TeamTrouble("a worker ended at once.")
        yield
    finally:
        await end(process)


def _editors(bob: Person, dan: Person, eve: Person) -> Iterator[_Opening]:
    """VS Code, Neovim and a small one; without VS Code or Neovim a small one in its place."""
    yield _opened(bob, InVSCode.missing(), InVSCode.open)
    yield _opened(dan, InNeovim.missing(), _neovim)
    yield _opened(eve, None, InSmallEditor.open)


async def _neovim(person: Person) -> InNeovim:
    return await asyncio.to_thread(InNeovim, person)


@asynccontextmanager
async def _opened(person: Person, missing: str | None, open_: _Open) -> AsyncIterator[Watcher]:
    if missing is not None:
        print(f"  {missing} is not there; {person.name} has a small editor instead")
    with step(f"{person.name}'s editor is open on the prompt"):
        editor = await (InSmallEditor.open if missing is not None else open_)(person)
    print(f"  It is {editor.name}.")
    try:
        yield editor
    finally:
        await editor.close()


async def _watch(ann: Person, watchers: list[Watcher], endpoint: Endpoint, folder: Path) -> None:
    """Has ann ask, and says what each editor shows whenever that is another."""
    print("✓ ann asks: fourfold test triage --workers --until certain", flush=True)
    asking = await ann.start("test", NAME, "--workers", "--until", "certain")
    ended = asyncio.create_task(asking.communicate())
    shown: dict[int, str] = {}
    until: float | None = None
    try:
        while True:
            for place, watcher in enumerate(watchers):
                line = _about_tests(await watcher.lenses())
                if line and line != shown.get(place):
                    shown[place] = line
                    print(f"  {watcher.name:>14}: {line}", flush=True)
            if ended.done() and until is None:
                until = time.monotonic() + SEEN_SECONDS
                print(f"✓ {ended.result()[0].decode().strip().splitlines()[-1]}")
                print(f"  {endpoint.calls} calls were made of {len(TEXTS) * 200} that there are.")
            if until is not None:
                lines = set(shown.values())
                if len(shown) == len(watchers) and len(lines) == 1:
                    break
                if time.monotonic() > until:
                    raise TeamTrouble(f"the editors do not agree: {shown}")
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await end(asking)
    print(f"✓ All of them show the same verdict: {lines.pop()}")
    for watcher in watchers:
        if isinstance(watcher, InVSCode):
            await watcher.picture(folder / "team.png")
            kept = shutil.copy(
                folder / "team.png", Path(tempfile.gettempdir()) / "fourfold-team.png"
            )
            print(f"  What VS Code shows: {kept}")


def _about_tests(lenses: str) -> str:
    """The lens about the tests, without whose and when."""
    found = (part for part in lenses.split("|") if " % (" in part)
    return re.sub(", (just now|[^,]+ ago)$", "", next(found, "").strip())


if __name__ == "__main__":
    sys.exit(main())
