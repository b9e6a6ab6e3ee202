"""OLE compound files, as old Office programs and objects in documents are."""

import struct


def compound(*streams: tuple[str, bytes]) -> bytes:
    """An OLE file of such streams: one sector of the table of sectors, then the folder, then the streams."""
    free, end, rows, body, table = 0xFFFF_FFFF, 0xFFFF_FFFE, b"", b"", [0xFFFF_FFFD]
    folder = (len(streams) + 4) // 4
    table += [*range(2, folder + 1), end]
    for name, content in (("Root Entry", b""), *streams):
        size = max(len(content), 4096) if content else 0
        count = -(-size // 512)
        start = len(table) if count else end
        table += [*range(start + 1, start + count), end][: count or 0]
        body += content.ljust(count * 512, b"\0")
        kind = 2 if rows else 5
        row = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        rows += row.ljust(116, b"\0") + struct.pack("<IQ", start, size)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    head = head.ljust(44, b"\0") + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, end, 0, end, 0, 0)
    head = head.ljust(512, b"\xff")
    numbers = table + [free] * (128 - len(table))
    return head + struct.pack("<128I", *numbers) + rows.ljust(folder * 512, b"\0") + body
