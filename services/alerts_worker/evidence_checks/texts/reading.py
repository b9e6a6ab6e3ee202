"""Read apart: the text of a document, whatever its type, up to so many letters."""

from typing import Any

from services.alerts_worker.evidence_checks.texts.forms import Text
from services.alerts_worker.evidence_checks.texts.markup import markup_words
from shared.domain.file_types import DOCX, EML, ODT, PDF, PPTX, TEXT, WEB_PAGES, XLSX, encoding_of
from shared.domain.text import nfc

MOST_LETTERS = 200_000
EXCERPT = 1_000
TEXT_TYPES = frozenset({PDF, DOCX, XLSX, PPTX, ODT, EML, TEXT})


def tell(content: bytes, argument: Any) -> dict[str, object]:
    """`pages` (None where there are none), `letters`, whether it was `cut`, an `excerpt`, and `why` there is none."""
    text = read_text(content, str(argument["media_type"]))
    return {
        "pages": text.pages,
        "letters": sum(not letter.isspace() for letter in text.letters),
        "cut": text.is_cut,
        "excerpt": " ".join(text.letters[: 2 * EXCERPT].split())[:EXCERPT],
        "why": text.why,
    }


def read_text(
    content: bytes, media_type: str, *, most: int = MOST_LETTERS, pages: int | None = None, body_only: bool = False
) -> Text:
    """The text with its lines, NFC, without NUL; of a PDF the first `pages`, where a number is given; of office
    documents, with `body_only`, without what is printed on every page.

    What cannot be read is told in `why`, or raises whatever the library raises. Each reader is imported when a file of
    its type is there.
    """
    if media_type == PDF:
        from services.alerts_worker.evidence_checks.texts.pdf import pdf_text  # noqa: PLC0415 -- loaded when needed

        found = pdf_text(content, most, pages)
    elif media_type == EML:
        from services.alerts_worker.evidence_checks.texts.messages import message_text  # noqa: PLC0415 -- as above

        found = message_text(content, most)
    elif media_type in WEB_PAGES:
        found = Text(markup_words(content.decode("utf-8-sig", "replace")))
    elif media_type == TEXT:
        found = Text(content.decode(encoding_of(content), "replace"))
    else:
        from services.alerts_worker.evidence_checks.texts.packages import package_text  # noqa: PLC0415 -- as above

        found = package_text(content, media_type, most, body_only=body_only)
    letters = nfc(found.letters[:most]).replace("\0", "")
    return Text(letters, found.pages, found.is_cut or len(found.letters) > most, found.why)
