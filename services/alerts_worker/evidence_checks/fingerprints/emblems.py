"""Which pictures in a document are its template's, however many pixels they have: those drawn small, and in a Word
document those of running heads alone. Runs only in the throwaway process."""

import re
import zipfile

import pypdfium2

LEAST_DRAWN = 90.0
"""Points (1/72 inch) of the shorter side, about 3 cm: smaller on a page are emblems, seals and signatures."""
_EMU = 12_700
"""In a point."""
_MOST_BYTES = 64 << 20
"""Of a part that is looked at, unpacked."""
_BODY = "word/document.xml"
_HEADS = re.compile(r"word/_rels/(?:header|footer)\d*\.xml\.rels")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ID, _TARGET = re.compile(rb'\bId="([^"]+)"'), re.compile(rb'\bTarget="/?(?:word/)?(media/[^"]+)"')
_DRAWN = re.compile(rb'<wp:extent\b|\bcx="(\d{1,12})"|\bcy="(\d{1,12})"|\br:(?:embed|id)="([^"]+)"')


def is_emblem(found: pypdfium2.PdfImage) -> bool:
    """Whether a picture is drawn small on its page; within a form on the page nobody says how large that one is."""
    left, bottom, right, top = found.get_bounds()
    return found.level == 0 and bool(min(right - left, top - bottom) < LEAST_DRAWN)


def list_emblems(package: zipfile.ZipFile) -> frozenset[str]:
    """Names of such pictures in a Word document; none in other packages. Raises what `zipfile` raises."""
    if _BODY not in package.namelist():
        return frozenset()
    body = _targets(package, "word/_rels/document.xml.rels")
    heads = [_targets(package, name) for name in package.namelist() if _HEADS.fullmatch(name)]
    running = {target for targets in heads for target in targets.values()} - set(body.values())
    return frozenset(running | _drawn_small(package, body))


def _targets(package: zipfile.ZipFile, name: str) -> dict[bytes, str]:
    """Names of pictures by how a part calls them."""
    if name not in package.namelist():
        return {}
    found = [(_ID.search(each), _TARGET.search(each)) for each in _RELATION.findall(_read(package, name))]
    return {called[1]: f"word/{target[1].decode('utf-8', 'replace')}" for called, target in found if called and target}


def _drawn_small(package: zipfile.ZipFile, targets: dict[bytes, str]) -> set[str]:
    """Pictures that are drawn by a frame, and small each time; a frame says its size before what is in it."""
    small: dict[str, bool] = {}
    frame: list[int] | None = None
    for found in _DRAWN.finditer(_read(package, _BODY)):
        across, down, called = found.groups()
        side = across or down
        if called is not None and (name := targets.get(called)) is not None:
            is_small = frame is not None and len(frame) == 2 and min(frame) < LEAST_DRAWN * _EMU
            small[name] = small.get(name, True) and is_small
            frame = None
        elif called is None and side is None:
            frame = []
        elif side is not None and frame is not None and len(frame) < 2:
            frame.append(int(side))
    return {name for name, always in small.items() if always}


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(_MOST_BYTES)
