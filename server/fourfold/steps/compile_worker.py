"""Compiles the Python file on stdin. Run as a script; never import it.

Prints null, or `{"line", "message"}` where it does not compile. A file that crashes the compiler
ends this process, and prints nothing.
"""

from __future__ import annotations

import json
import sys
import warnings

_MEMORY = 1 << 30


def main() -> None:
    """Answer, whatever the file holds."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass  # the time limit is left
    warnings.simplefilter("ignore")
    answer = None
    try:
        compile(sys.stdin.buffer.read(), "<response>", "exec", dont_inherit=True)
    except SyntaxError as error:
        answer = {"line": error.lineno or 1, "message": (error.msg or "invalid syntax")[:200]}
    except (MemoryError, RecursionError):
        answer = {"line": 1, "message": "it is nested too deeply"}
    except ValueError as error:
        answer = {"line": 1, "message": str(error)[:200]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
