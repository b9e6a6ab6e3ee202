"""Tables that go on over the end of a page: repeated headers, cut rows and cut merged cells put together again."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from services.tasks_api.plan_imports.pdf.lines import continues_sentence, spliced
from services.tasks_api.plan_imports.pdf.pieces import Piece, PlacedCell
from shared.domain.text import fold

_SAME_EDGE = 6.0
_SAME_COLUMN = 4.0
_ALIKE = 0.85


def goes_on(piece: Piece, following: Piece) -> bool:
    """Whether a table that is the first thing on a page has the columns of the last thing on the page before."""
    if following.page != piece.page + 1:
        return False
    ends = zip((piece.columns[0], piece.columns[-1]), (following.columns[0], following.columns[-1]), strict=True)
    if any(abs(one - other) > _SAME_EDGE for one, other in ends):
        return False
    fewer, more = sorted((piece.columns[1:-1], following.columns[1:-1]), key=len)
    return all(any(abs(one - other) <= _SAME_COLUMN for other in more) for one in fewer)


def put_together(chain: Sequence[Piece]) -> list[Piece]:
    """The pieces of one table, each with what belongs to it; one of which nothing is left is left out."""
    _share_columns(chain)
    for piece in chain[1:]:
        _drop_header(chain[0], piece)
    kept = [piece for piece in chain if piece.height]
    before = kept[0] if kept else None
    result = kept[:1]
    for piece in kept[1:]:
        assert before is not None
        piece.continues = True
        if _is_cut_row(before, piece):
            _join_row(before, piece)
        elif _may_be_cut_row(before, piece):
            piece.doubtful = True
        if piece.height:
            _join_merged(before, piece)
            result.append(piece)
            before = piece
    return result


def _share_columns(chain: Sequence[Piece]) -> None:
    """Give all pieces the columns of all: a page that shows only merged rows has fewer of its own."""
    shared: list[float] = []
    for place in sorted(place for piece in chain for place in piece.columns):
        if not shared or place - shared[-1] > _SAME_EDGE:
            shared.append(place)
    for piece in chain:
        positions = [min(range(len(shared)), key=lambda at: abs(shared[at] - place)) for place in piece.columns]
        for cell in piece.cells:
            first, end = positions[cell.column], positions[cell.column + cell.column_span]
            cell.column, cell.column_span = first, end - first
        piece.columns = shared


def _drop_header(head: Piece, piece: Piece) -> None:
    """Take away the rows at the top that repeat those of the table's first page."""
    count = 0
    while count < min(head.height, piece.height) and _is_repeated(head, piece, count):
        count += 1
    if count == 0 or sum(1 for *_, text in _row_key(head, 0) if text) < 2:
        return
    if any(cell.row < count < cell.row + cell.row_span for cell in piece.cells):
        return
    piece.cells = [cell for cell in piece.cells if cell.row >= count]
    _move_up(piece, count)
    piece.open_top = False


def _is_repeated(head: Piece, piece: Piece, row: int) -> bool:
    """Whether both have the same row there; words recognised in pictures are seldom all the same twice."""
    one, other = _row_key(head, row), _row_key(piece, row)
    if one == other or not (head.recognised or piece.recognised):
        return one == other
    if [square[:2] for square in one] != [square[:2] for square in other]:
        return False
    first, second = (fold(" ".join(text for *_, text in key)) for key in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() > _ALIKE


def _row_key(piece: Piece, row: int) -> list[tuple[int, int, str]]:
    return sorted((cell.column, cell.column_span, " ".join(cell.text.split())) for cell in piece.starting_in(row))


def _move_up(piece: Piece, count: int) -> None:
    for cell in piece.cells:
        cell.row = max(cell.row - count, 0)
    piece.height -= count


def _pairs(before: Piece, piece: Piece) -> list[tuple[PlacedCell | None, PlacedCell]]:
    """Every cell of the first row with the cell right above it on the page before."""
    above = {(cell.column, cell.column_span): cell for cell in before.last_row()}
    return [(above.get((cell.column, cell.column_span)), cell) for cell in piece.starting_in(0)]


def _is_blank_first(piece: Piece) -> bool:
    return any(cell.column == 0 and not cell.text for cell in piece.starting_in(0))


def _is_cut_row(before: Piece, piece: Piece) -> bool:
    """Whether the first row is, for certain, what did not fit on the page before.

    Its number is blank, and either no line was drawn where the page ends or a sentence goes on in it.
    """
    written = [(above, cell) for above, cell in _pairs(before, piece) if cell.text]
    if not written or any(above is None or not above.text for above, _ in written):
        return False
    decisive = [_is_broken_off(above, cell) for above, cell in written if above is not None]
    if not _is_blank_first(piece):
        return all(decisive)
    return any(decisive) or before.open_bottom or piece.open_top


def _is_broken_off(above: PlacedCell, cell: PlacedCell) -> bool:
    """Whether the text above fills its last line and has no end, and this one goes on in small letters."""
    last, first = above.words.lines[-1], cell.words.lines[0]
    return continues_sentence(above.text, cell.text) and above.words.measure.is_full(last, first)


def _may_be_cut_row(before: Piece, piece: Piece) -> bool:
    """Whether a row without a number stands at the top of a page in a table whose rows have numbers."""
    first = [cell for cell in piece.starting_in(0) if cell.text]
    is_heading = len(first) == 1 and first[0].column_span > 1
    if not first or is_heading or not _is_blank_first(piece):
        return False
    if any(cell.column == 0 and cell.row_span > 1 for cell in piece.starting_in(0)):
        return False  # a merged number goes on, which says whose row this is
    numbers = [cell for cell in before.cells if cell.column == 0]
    return sum(1 for cell in numbers if cell.text) * 2 >= len(numbers)


def _join_row(before: Piece, piece: Piece) -> None:
    """Put the first row's texts behind those above them, and take the row away."""
    for above, cell in _pairs(before, piece):
        if above is None:
            continue
        _append(above, cell)
        if cell.row_span > 1:
            _continue(above, cell)
    piece.cells = [cell for cell in piece.cells if cell.row > 0 or cell.row_span > 1]
    for cell in piece.starting_in(0):
        cell.row_span -= 1
    _move_up(piece, 1)


def _append(above: PlacedCell, cell: PlacedCell) -> None:
    words, more = above.words, cell.words
    if more is words or not more.text:
        return
    full = bool(words.lines) and words.measure.is_full(words.lines[-1], more.lines[0]) and not more.lines[0].has_marker
    torn = continues_sentence(words.text, more.text)
    words.text = spliced(words.text, more.text) if full or torn else f"{words.text}\n{more.text}".strip()
    words.lines = [*words.lines, *more.lines]


def _continue(above: PlacedCell, cell: PlacedCell) -> None:
    cell.words = above.words
    cell.above = above.above + above.row_span


def _join_merged(before: Piece, piece: Piece) -> None:
    """Merged cells that a page end cuts: nobody merges cells to leave them blank."""
    for above, cell in _pairs(before, piece):
        if above is None or not above.text or cell.words is above.words or cell.row_span < 2:
            continue
        if not cell.text:
            _continue(above, cell)
        elif above.row_span > 1 and _is_broken_off(above, cell):
            _append(above, cell)
            _continue(above, cell)


def chains_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that stand one after the other, grouped into tables."""
    chains: list[list[Piece]] = []
    for piece in pieces:
        if chains and goes_on(chains[-1][-1], piece):
            chains[-1].append(piece)
        else:
            chains.append([piece])
    return chains
