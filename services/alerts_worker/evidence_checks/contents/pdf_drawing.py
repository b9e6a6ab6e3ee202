"""Read apart: whether the drawings of a PDF draw one another without an end in sight."""

from collections.abc import Mapping

from services.alerts_worker.evidence_checks.contents.pdf_streams import Form

_MOST_DRAWN = 100_000
"""Times that one drawing, with all that it draws, draws anything."""


def draws_without_end(forms: Mapping[int, Form]) -> bool:
    """Whether a drawing is drawn by itself, or the whole of it is far too often drawn."""
    drawn: dict[int, int] = {}
    for first in forms:
        path, open_ones = [first], set[int]()
        while path:
            number = path[-1]
            paints = forms[number].paints if number in forms else {}
            if number not in drawn and number not in open_ones:
                open_ones.add(number)
                if any(each in open_ones for each in paints):
                    return True
                path += [each for each in paints if each not in drawn]
                continue
            path.pop()
            open_ones.discard(number)
            drawn[number] = 1 + sum(times * drawn.get(each, 1) for each, times in paints.items())
            if drawn[number] > _MOST_DRAWN:
                return True
    return False
