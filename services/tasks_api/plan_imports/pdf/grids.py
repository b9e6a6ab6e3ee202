"""Ruling lines make tables: which of them belong together, and which squares are merged into one cell."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.tasks_api.plan_imports.pdf.matter import Ruling

TOLERANCE = 3.0
"""Lines nearer to each other than this are one: double borders, and borders drawn cell by cell."""
_COVERED = 0.6
_LEAST_SIDE = 8.0
# More than a page can show: a drawing, a graph, a background of hatching.
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Box:
    """A cell in the grid of its table, counted from 0."""

    row: int
    column: int
    row_span: int
    column_span: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table of one page: where its columns and rows are parted, edges included.

    `open_top` and `open_bottom`: no line closes it there, as when a row goes on over the end of a page.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    boxes: tuple[Box, ...]
    open_top: bool
    open_bottom: bool

    @property
    def top(self) -> float:
        return self.rows[0]

    @property
    def bottom(self) -> float:
        return self.rows[-1]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.columns[0] <= x <= self.columns[-1] and self.top <= y <= self.bottom


def grids_of(rulings: Iterable[Ruling]) -> list[Grid]:
    """The tables from top to bottom; lines inside a cell of another table make none of their own."""
    grids = [grid for group in _connected(_straightened(rulings)) if (grid := _grid(group)) is not None]
    outer = [grid for grid in grids if not any(other is not grid and _lies_in(grid, other) for other in grids)]
    return sorted(outer, key=lambda grid: (grid.top, grid.columns[0]))


def _lies_in(grid: Grid, other: Grid) -> bool:
    return other.holds(grid.columns[0] + 1, grid.top + 1) and other.holds(grid.columns[-1] - 1, grid.bottom - 1)


def _straightened(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Pieces of one line put together."""
    found: list[Ruling] = []
    for level in (True, False):
        lines: list[list[Ruling]] = []
        for ruling in sorted((each for each in rulings if each.level is level), key=lambda each: each.at):
            if lines and ruling.at - lines[-1][0].at <= TOLERANCE:
                lines[-1].append(ruling)
            else:
                lines.append([ruling])
        for line in lines:
            at = max(line, key=lambda ruling: ruling.end - ruling.start).at
            pieces: list[Ruling] = []
            for ruling in sorted(line, key=lambda ruling: ruling.start):
                if pieces and ruling.start - pieces[-1].end <= TOLERANCE:
                    pieces[-1] = Ruling(level, at, pieces[-1].start, max(pieces[-1].end, ruling.end))
                else:
                    pieces.append(Ruling(level, at, ruling.start, ruling.end))
            found += [piece for piece in pieces if piece.end - piece.start >= _LEAST_SIDE]
    return found


def _connected(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Lines that meet, directly or through others."""
    upright = sorted((ruling for ruling in rulings if not ruling.level), key=lambda ruling: ruling.at)
    places = [ruling.at for ruling in upright]
    parents: dict[Ruling, Ruling] = {ruling: ruling for ruling in rulings}

    def root(ruling: Ruling) -> Ruling:
        while parents[ruling] is not ruling:
            parents[ruling] = parents[parents[ruling]]
            ruling = parents[ruling]
        return ruling

    for level in (ruling for ruling in rulings if ruling.level):
        for other in upright[bisect_left(places, level.start - TOLERANCE) :]:
            if other.at > level.end + TOLERANCE:
                break
            if other.start - TOLERANCE <= level.at <= other.end + TOLERANCE:
                parents[root(level)] = root(other)
    groups: dict[Ruling, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        groups[root(ruling)].append(ruling)
    return list(groups.values())


def _grid(group: Sequence[Ruling]) -> Grid | None:
    """The table that lines make, or None: a frame around a text or a line under it is no table."""
    level = [ruling for ruling in group if ruling.level]
    upright = [ruling for ruling in group if not ruling.level]
    if len(level) < 2 or not upright or len(level) > _MOST_LINES or len(upright) > _MOST_LINES:
        return None
    columns = _places(
        [ruling.at for ruling in upright], min(each.start for each in level), max(each.end for each in level)
    )
    rows = _places(
        [ruling.at for ruling in level], min(each.start for each in upright), max(each.end for each in upright)
    )
    if len(columns) < 3 and len(rows) < 3:
        return None
    walls = _Walls(columns, rows, level, upright)
    height, width = len(rows) - 1, len(columns) - 1
    return Grid(
        tuple(columns),
        tuple(rows),
        tuple(_boxes(walls, height, width)),
        open_top=sum((0, column) in walls.level for column in range(width)) * 2 < width,
        open_bottom=sum((height, column) in walls.level for column in range(width)) * 2 < width,
    )


def _places(found: Iterable[float], least: float, most: float) -> list[float]:
    """Where lines stand, and the ends of the lines that cross them where no line closes the table."""
    places: list[float] = []
    for place in sorted((*found, least, most)):
        if not places or place - places[-1] > TOLERANCE:
            places.append(place)
    return places


class _Walls:
    """Which sides of which squares are ruled: (row, column) in `level` above the square, in `upright` to its left."""

    def __init__(
        self, columns: Sequence[float], rows: Sequence[float], level: Sequence[Ruling], upright: Sequence[Ruling]
    ) -> None:
        self.level = _ruled(rows, columns, level)
        self.upright = {(row, column) for column, row in _ruled(columns, rows, upright)}


def _ruled(across: Sequence[float], along: Sequence[float], rulings: Sequence[Ruling]) -> set[tuple[int, int]]:
    """The (line of the grid, piece of that line) that a ruling covers most of."""
    ruled: set[tuple[int, int]] = set()
    for ruling in rulings:
        line = min(range(len(across)), key=lambda at: abs(across[at] - ruling.at))
        for piece in range(len(along) - 1):
            start, end = along[piece], along[piece + 1]
            if min(end, ruling.end) - max(start, ruling.start) >= _COVERED * (end - start):
                ruled.add((line, piece))
    return ruled


def _boxes(walls: _Walls, height: int, width: int) -> list[Box]:
    """Squares without a wall between them are one cell, as far as they make a rectangle."""
    taken: set[tuple[int, int]] = set()
    boxes: list[Box] = []
    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            right = column + 1
            while right < width and (row, right) not in walls.upright and (row, right) not in taken:
                right += 1
            below = row + 1
            while below < height and _goes_down(walls, below, column, right, width):
                below += 1
            boxes.append(Box(row, column, below - row, right - column))
            taken.update((down, across) for down in range(row, below) for across in range(column, right))
    return boxes


def _goes_down(walls: _Walls, row: int, left: int, right: int, width: int) -> bool:
    """Whether the squares of this row belong to the cell above them, and only to it."""
    if any((row, column) in walls.level for column in range(left, right)):
        return False
    if any((row, column) in walls.upright for column in range(left + 1, right)):
        return False
    return all(edge in {0, width} or (row, edge) in walls.upright for edge in (left, right))
