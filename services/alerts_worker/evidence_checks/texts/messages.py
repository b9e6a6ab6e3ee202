"""Read apart: the words of a message."""

from services.alerts_worker.evidence_checks.contents.mails import parse_message
from services.alerts_worker.evidence_checks.texts.forms import Text
from services.alerts_worker.evidence_checks.texts.markup import markup_words

_SHOWN = ("From", "To", "Date", "Subject")


def message_text(content: bytes, most: int) -> Text:
    """The lines of its header that a reader sees, and its body."""
    message = parse_message(content)
    head = [f"{name}: {message[name]}" for name in _SHOWN if message[name]]
    body = message.get_body(("plain", "html"))
    words = body.get_content() if body is not None else ""
    if body is not None and body.get_content_subtype() == "html":
        words = markup_words(words[: 4 * most])
    return Text("\n".join([*head, "", words]))
