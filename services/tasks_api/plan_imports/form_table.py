"""All ways to write all bodies, to be found by the name, or by what different writings of one name share."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from services.tasks_api.plan_imports.name_forms import Form, ways_to_write
from services.tasks_api.plan_imports.name_initials import abbreviates, initials, readings, written_short
from shared.domain.organizations import TERRITORIES, OrganizationKind, OrganizationRef

# Proper names of many alike: one letter makes another body.
_NEVER_ALIKE = {OrganizationKind.SCHOOL, OrganizationKind.HAMLET, *TERRITORIES}


class FormTable:
    """Keys (`name_key`) with the forms they are of."""

    def __init__(self) -> None:
        self._forms: dict[str, list[Form]] = defaultdict(list)
        self._shapes: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, organization: OrganizationRef, territory: OrganizationRef | None) -> None:
        """Every way to write the body, whose province or commune is `territory`."""
        for key, form in ways_to_write(organization, territory):
            if key not in self._forms:
                for shape in _shapes(key):
                    self._shapes[shape].append(key)
            self._forms[key].append(form)

    def items(self) -> Iterable[tuple[str, Sequence[Form]]]:
        """Keys with their forms."""
        return self._forms.items()

    def forms_of(self, *keys: str) -> list[Form]:
        """The forms written so; none for a key that nobody has."""
        return [form for key in keys for form in self._forms.get(key, ())]

    def respellings(self, key: str, plain: str, written: str) -> Iterator[tuple[list[Form], float]]:
        """Forms of the same name in other dress, the surest first, each with how sure that makes.

        `plain` is `key` without words that name no other body; `written` the name as it stands in the plan.
        """
        words = plain.split()
        yield self.forms_of(plain) if plain != key else [], 0.9
        yield self.forms_of(*self._shapes.get(("letters", plain.replace(" ", "")), ())), 0.95
        yield self.forms_of(*self.only_alike(self._shapes.get(("words", any_order(plain)), ()))), 0.85
        if written_short(written):
            found = {
                known
                for reading in readings(words)
                for known in self._shapes.get(("initials", reading), ())
                if abbreviates(words, known.split())
            }
            yield self.forms_of(*self.only_alike(sorted(found))), 0.9
        short = self._shapes.get(("short", initials(words)), ())
        named = [known for known in short if abbreviates(known.split(), words)]
        yield self.forms_of(*self.only_alike(named)), 0.9

    def nearly(self, key: str) -> Sequence[str]:
        """Keys with the same first word and as many words: what nearly every misspelling leaves as it is."""
        return self._shapes.get(("length", _first_word_and_length(key)), ())

    def only_alike(self, keys: Iterable[str]) -> list[str]:
        """Those that a misspelling may mean."""
        return [key for key in keys if all(form.organization.kind not in _NEVER_ALIKE for form in self._forms[key])]


def any_order(key: str) -> str:
    """The words of a key, whatever order they came in."""
    return " ".join(sorted(key.split()))


def _shapes(key: str) -> Iterator[tuple[str, str]]:
    words = key.split()
    yield "letters", key.replace(" ", "")
    yield "words", any_order(key)
    yield "initials", initials(words)
    yield "length", _first_word_and_length(key)
    if written_short(key):
        yield from (("short", reading) for reading in set(readings(words)))


def _first_word_and_length(key: str) -> str:
    words = key.split()
    return f"{words[0] if words else ''} {len(words)}"
