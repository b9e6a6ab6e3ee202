"""Whether a document says that another body issued it than the one it is imported for."""

import re
from collections.abc import Iterator

from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.name_forms import COMMITTEE, LEVEL_WORDS
from services.tasks_api.plan_imports.name_initials import unspeakable
from services.tasks_api.plan_imports.name_keys import name_key
from services.tasks_api.plan_imports.name_likeness import differs_by_a_letter
from services.tasks_api.plan_imports.names import NameIndex
from shared.domain.organizations import OrganizationRef

_AS_WRITTEN = 0.9
"""A name with a letter amiss is matched below this: whoever misreads a letterhead accuses nobody."""
_LEVEL = "|".join(sorted({word for words in LEVEL_WORDS.values() for word in words}))
_OF_A_PLACE = re.compile(
    r"(?:(?:uy ban nhan dan|hoi dong nhan dan|dang uy|uy ban mat tran to quoc|mat tran to quoc)"
    rf" (?:{_LEVEL})|(?:tinh|thanh) uy|(?:{_LEVEL})) (?P<place>.+)"
)


def issuer_doubts(issuer_text: str | None, index: NameIndex | None, issuer_id: str | None) -> Iterator[Issue]:
    """An issue where the letterhead surely names another body: one of the tree outside the issuer's own province or
    commune, or a committee of a place the issuer does not lie in. Names that are cut short or misread are no reason.
    """
    issuer = index.organization(issuer_id) if index is not None else None
    if index is None or issuer is None or not issuer_text:
        return
    found = index.match(issuer_text, issuer_id)
    if found.organization is not None:
        differs = found.confidence >= _AS_WRITTEN and index.is_outside(found, issuer_id)
    else:
        differs = _is_of_another_place(name_key(issuer_text), index.territories_of(issuer))
    if differs:
        message = (
            f"Tài liệu ghi cơ quan ban hành là “{shortened(issuer_text)}”, không phải “{issuer.name}” đang nhập kế "
            "hoạch; hãy kiểm tra đúng tệp, đúng cơ quan ban hành trước khi ghi nhận."
        )
        yield Issue(None, "issuer-differs", message, blocking=True)


def _is_of_another_place(key: str, territories: list[OrganizationRef]) -> bool:
    match = _OF_A_PLACE.fullmatch(key)
    if match is None or not territories:
        return False
    words = match["place"].split()
    if any(unspeakable(word) or (len(word) == 1 and word.isalpha()) for word in words):
        return False
    names = [name for each in territories for name in (each.name, *each.aliases)]
    for known in filter(None, (re.sub(rf"^(?:{COMMITTEE} )?(?:{_LEVEL}) ", "", name_key(name)) for name in names)):
        said = " ".join(words[: len(known.split())])
        if said == known or differs_by_a_letter(said, known):
            return False
    return True
