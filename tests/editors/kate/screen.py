"""What an Xvfb shows that was told to keep its screen in a file (`-fbdir`)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = struct.Struct(">25I")
_COLOUR_BYTES, _PIXEL_BYTES = 12, 4
BRIGHT, DARK = 180, 110


def red_pixels(folder: Path, columns: range, lines: range) -> int:
    """How many pixels of a part of the screen are red."""
    picture = (folder / "Xvfb_screen0").read_bytes()
    header = _HEADER.unpack_from(picture)
    size, line_bytes, colours = header[0], header[12], header[19]
    begin = size + colours * _COLOUR_BYTES
    count = 0
    for line in lines:
        for column in columns:
            at = begin + line * line_bytes + column * _PIXEL_BYTES
            blue, green, red = picture[at : at + 3]
            count += red > BRIGHT and green < DARK and blue < DARK
    return count
