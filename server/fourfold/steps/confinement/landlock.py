"""Landlock for where there are no namespaces: the kernel refuses files and sockets."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

from fourfold.steps.confinement import linux
from fourfold.steps.confinement.order import DEVICES, SYSTEM, SYSTEM_FILES, Order

# of <linux/landlock.h>
_CREATE_RULESET, _ADD_RULE, _RESTRICT = 444, 445, 446
_RUN, _WRITE, _READ, _LIST, _TRUNCATE = 1, 2, 4, 8, 1 << 14
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights there are, by the version of Landlock; 16 in all later ones."""
_WORDS = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2}
"""How many words say what is refused: files, TCP, signals to others; 3 in all later ones."""

# of <linux/audit.h> and <asm/unistd.h>
_SOCKET = {"x86_64": (0xC000_003E, 41), "aarch64": (0xC000_00B7, 198)}
_IO_URING = 425
_OTHER_NUMBERS = 0x4000_0000


def confine(order: Order) -> None:
    """From now on this process reads what the order names and writes below its `base`."""
    linux.prctl(linux.NO_NEW_RIGHTS, 1)
    _refuse_sockets()
    _refuse_files(order)


def _refuse_files(order: Order) -> None:
    version = linux.check(linux.libc.syscall(_CREATE_RULESET, None, 0, 1))
    everything = (1 << _RIGHTS.get(version, 16)) - 1
    handled = struct.pack("QQQ", everything, 3, 3)[: 8 * _WORDS.get(version, 3)]
    rules = linux.check(linux.libc.syscall(_CREATE_RULESET, handled, len(handled), 0))

    def allow(path: str, rights: int) -> None:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        if not Path(path).is_dir():
            rights &= _RUN | _WRITE | _READ | _TRUNCATE
        rule = struct.pack("=Qi", rights & everything, place)
        linux.check(linux.libc.syscall(_ADD_RULE, rules, 1, rule, 0))
        os.close(place)

    for path in (*SYSTEM, *SYSTEM_FILES, *order.readable):
        allow(path, _RUN | _READ | _LIST)
    for path in order.listed:
        allow(path, _LIST)
    for path in DEVICES:
        allow(path, _READ | _WRITE)
    allow(order.base, everything)
    linux.check(linux.libc.syscall(_RESTRICT, rules, 0))
    os.close(rules)


def _refuse_sockets() -> None:
    """Landlock knows TCP alone; a keyring answers on a socket in a file."""
    architecture, socket_call = _SOCKET[os.uname().machine]
    load, if_equal, if_above, end = 0x20, 0x15, 0x35, 0x06
    allowed, refused = 0x7FFF_0000, 0x0005_0001
    program = [  # each with how many to leave out where it is so, and where it is not
        (load, 0, 0, 4),
        (if_equal, 0, 4, architecture),
        (load, 0, 0, 0),
        (if_above, 2, 0, _OTHER_NUMBERS),
        (if_equal, 1, 0, socket_call),
        (if_equal, 0, 1, _IO_URING),
        (end, 0, 0, refused),
        (end, 0, 0, allowed),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
    filter_ = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    by_filter = 2
    linux.check(linux.libc.prctl(linux.SECCOMP, by_filter, filter_, 0, 0))
