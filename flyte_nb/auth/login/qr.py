"""An address as a QR code, drawn here: nothing is asked of a service on the web."""

from __future__ import annotations

_QUIET = 4  # modules that stay empty on each side (ISO/IEC 18004)


def qr_code(text: str) -> tuple[int, str]:
    """Return the width of a QR code in modules, and the path of an SVG that fills its dark ones.

    Raises:
        ValueError: The text is too long for a QR code.
    """
    import segno

    code = segno.make_qr(text, error="m")
    parts = []
    rows = [bytes(row) for row in code.matrix_iter(border=_QUIET)]
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            begin = x
            while x < len(row) and row[x]:
                x += 1
            if x > begin:
                parts.append(f"M{begin} {y}h{x - begin}v1H{begin}z")
            x += 1
    return len(rows), "".join(parts)
