"""tap.py PIPE COMMAND...: a language server, whose messages are also written to PIPE, one a line:
`>` or `<`, for the direction as the editor sees it, and the message."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import BinaryIO

WRITING = threading.Lock()


def copied(source: BinaryIO, target: BinaryIO, direction: bytes, pipe: int) -> None:
    """Passes on all messages of `source`, and closes `target` after the last."""
    while head := source.readline():
        lines = [head]
        while lines[-1].strip():
            lines.append(source.readline())
        lengths = (line.split(b":")[1] for line in lines if line.lower().startswith(b"content-l"))
        body = source.read(int(next(lengths)))
        with WRITING:
            os.write(pipe, direction + body.replace(b"\n", b" ") + b"\n")
        target.write(b"".join(lines) + body)
        target.flush()
    target.close()


def main() -> int:
    pipe = os.open(sys.argv[1], os.O_WRONLY)
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    asked = (sys.stdin.buffer, server.stdin, b">", pipe)
    threading.Thread(target=copied, args=asked, daemon=True).start()
    copied(server.stdout, sys.stdout.buffer, b"<", pipe)
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
