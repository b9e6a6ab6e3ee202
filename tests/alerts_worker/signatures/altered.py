"""Files that are not as they were signed."""

from collections.abc import Callable

from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures import tampering
from tests.alerts_worker.signatures.authorities import (
    CHAIRMAN,
    CLERK,
    Realm,
)
from tests.alerts_worker.signatures.cases import Case, Make
from tests.alerts_worker.signatures.drawing_over import COVERING, HIDING
from tests.alerts_worker.signatures.genuine import archived, certified, long_term, signed_twice
from tests.alerts_worker.signatures.papers import (
    PKCS7,
    byte_range,
    filled,
    message_of,
    paper,
    sign,
    stamp,
    updated,
    updating,
    with_evidence,
)
from tests.alerts_worker.signatures.wrapping import wrapped


def signed(of: Realm) -> bytes:
    return sign(paper(), of.signer())


def signed_form(of: Realm) -> bytes:
    return sign(paper(form=True), of.signer())


def _after(change: Callable[[bytes], bytes], before: Make = signed) -> Make:
    return lambda of: change(before(of))


def _range_of(of: Realm, *numbers: int | None) -> bytes:
    content = signed(of)
    present = byte_range(content)
    return tampering.range_rewritten(
        content, tuple(own if other is None else other for own, other in zip(present, numbers, strict=True))
    )


def _copied_from_another(of: Realm) -> bytes:
    other = sign(paper("Mot van ban khac"), of.signer())
    return tampering.value_replaced(signed(of), message_of(other).dump())


def _hide_and_replace(of: Realm) -> bytes:
    prepared, place = tampering.hidden_twin(paper())
    return tampering.rewired(sign(prepared, of.signer()), place)


def _overlay_box(of: Realm) -> bytes:
    """A visible, empty signature box is laid over the text."""
    writer = updating(signed(of))
    append_signature_field(writer, SigFieldSpec("Chuky9", box=(60, 690, 400, 720)))
    return updated(writer)


def _overlay_stamp(of: Realm) -> bytes:
    writer = updating(signed(of))
    append_signature_field(writer, SigFieldSpec("Dau1", box=(60, 690, 400, 720)))
    return stamp(updated(writer), of.stamper(), field="Dau1")


def _overridden_in_a_stream(of: Realm) -> bytes:
    """The new page comes in an object stream."""
    return tampering.page_replaced(sign(paper(streams=True), of.signer()))


def _changed_between(of: Realm) -> bytes:
    """The chairman signs, somebody changes the text, the seal is put on the result."""
    first = tampering.redrawn(sign(paper(), of.signer(CHAIRMAN)))
    return sign(first, of.signer(), field="Chuky2")


def _replaced(of: Realm) -> bytes:
    """The chairman's signature gives way to the clerk's, over another text."""
    without = tampering.without_signature(tampering.redrawn(sign(paper(), of.signer(CHAIRMAN))), "/V")
    return sign(without, of.signer(CLERK))


def _renamed(of: Realm) -> bytes:
    without = tampering.without_signature(tampering.redrawn(sign(paper(), of.signer(CHAIRMAN))), "/Fields")
    return sign(without, of.signer(CLERK), field="Chuky1\u200b")


def _left_behind(of: Realm) -> bytes:
    """The file goes on from the table before the signature."""
    return tampering.repeated_end(signed(of), b"") + b"startxref\n%d\n%%%%EOF\n" % tampering.last_table(paper())


def _unlisted(of: Realm) -> bytes:
    content = signed(of)
    number = tampering.stream_of(content)
    return tampering.appended(content, {number: tampering.drawn(tampering.FORGED)}, listed=False)


_ALTERED = (
    Case("words changed in place", _after(tampering.flipped), Outcome.ALTERED),
    Case("words changed in place, second signature", _after(tampering.flipped, signed_twice), Outcome.ALTERED),
    Case(
        "words changed in place, certified",
        lambda of: tampering.flipped(certified(of, MDPPerm.NO_CHANGES)),
        Outcome.ALTERED,
    ),
    Case("words changed in place, archived", _after(tampering.flipped, archived), Outcome.ALTERED),
    Case(
        "time of signing rewritten",
        lambda of: tampering.flipped(signed(of), b"20260703030500Z", b"20260603030500Z"),
        Outcome.ALTERED,
    ),
    Case("value of the signature changed", lambda of: tampering.message_changed(signed(of), "value"), Outcome.ALTERED),
    Case(
        "digest in the signature changed", lambda of: tampering.message_changed(signed(of), "digest"), Outcome.ALTERED
    ),
    Case("signature of another document copied in", _copied_from_another, Outcome.ALTERED),
    Case("signed another digest", lambda of: sign(paper(), of.signer(), wrong_digest=b"\x17" * 32), Outcome.ALTERED),
    Case(
        "signed another digest, EC",
        lambda of: sign(paper(), of.signer(kind="ec"), form=PKCS7, wrong_digest=b"\x17" * 32),
        Outcome.ALTERED,
    ),
    Case("signature wrapped", _after(wrapped), Outcome.PARTLY_SIGNED),
    Case("byte range shortened", lambda of: _range_of(of, None, None, None, 20), Outcome.ALTERED),
    Case("byte range without its second part", lambda of: _range_of(of, None, None, None, 0), Outcome.ALTERED),
    Case("byte range from the middle", lambda of: _range_of(of, 9, None, None, None), Outcome.ALTERED),
    Case("byte range beyond the end", lambda of: _range_of(of, None, None, None, 9_999), Outcome.ALTERED),
    Case(
        "stamp over the document, then words changed",
        lambda of: tampering.flipped(stamp(paper(), of.stamper())),
        Outcome.ALTERED,
    ),
)
_BROKEN = (
    Case("value of the signature emptied", lambda of: tampering.value_replaced(signed(of), b""), Outcome.BROKEN),
    Case(
        "value of the signature is noise",
        lambda of: tampering.value_replaced(signed(of), b"\x30\x82" * 200),
        Outcome.BROKEN,
    ),
    Case(
        "no value",
        lambda of: tampering.dictionary_rewritten(signed(of), b"/Contents <", b"/Contenst <"),
        Outcome.BROKEN,
    ),
    Case(
        "no byte range",
        lambda of: tampering.dictionary_rewritten(signed(of), b"/ByteRange", b"/ByteRagne"),
        Outcome.BROKEN,
    ),
    Case("byte range negative", lambda of: _range_of(of, None, -5, None, None), Outcome.ALTERED),
    Case(
        "two signers in one signature", lambda of: tampering.message_changed(signed(of), "two signers"), Outcome.BROKEN
    ),
    Case(
        "no certificate in the signature",
        lambda of: tampering.message_changed(signed(of), "no certificate"),
        Outcome.BROKEN,
    ),
    Case(
        "a form of signatures nobody checks",
        lambda of: tampering.dictionary_rewritten(signed(of), b"/ETSI.CAdES.detached", b"/ETSI.CAdES.attached"),
        Outcome.BROKEN,
    ),
)
_CHANGED = (
    Case("text redrawn", _after(tampering.redrawn), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "text redrawn, stamped and in streams",
        lambda of: tampering.redrawn(sign(paper(streams=True), of.signer(), stamper=of.stamper())),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("text redrawn, two signatures", _after(tampering.redrawn, signed_twice), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, archived", _after(tampering.redrawn, archived), Outcome.CHANGED_AFTER_SIGNING),
    Case("text redrawn, evidence added", _after(tampering.redrawn, long_term), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "text redrawn, then evidence added",
        lambda of: with_evidence(tampering.redrawn(signed(of)), lists=[of.revocations()]),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("page replaced", _after(tampering.page_replaced), Outcome.CHANGED_AFTER_SIGNING),
    Case("page replaced through an object stream", _overridden_in_a_stream, Outcome.CHANGED_AFTER_SIGNING),
    Case("page drawn over", _after(tampering.page_drawn_over), Outcome.CHANGED_AFTER_SIGNING),
    Case("page added", _after(tampering.page_added), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "page removed",
        lambda of: tampering.page_removed(sign(paper(pages=3), of.signer())),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("note laid over", _after(tampering.note_added), Outcome.CHANGED_AFTER_SIGNING),
    Case("picture laid over", lambda of: tampering.note_added(signed(of), "/Stamp"), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "note after certification",
        lambda of: tampering.note_added(certified(of, MDPPerm.FILL_FORMS)),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "note after certification that allows it",
        lambda of: tampering.note_added(certified(of, MDPPerm.ANNOTATE)),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("form filled after signing", lambda of: filled(signed_form(of), "900"), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "form filled after signing, then signed by another",
        lambda of: sign(filled(signed_form(of), "900"), of.signer(CLERK), field="Chuky2"),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "field looks different, then signed by another",
        lambda of: sign(tampering.field_looks_different(signed_form(of)), of.signer(CLERK), field="Chuky2"),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "form filled, nothing allowed",
        lambda of: filled(certified(of, MDPPerm.NO_CHANGES, form=True), "900"),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "signed after certification that allows nothing",
        lambda of: sign(certified(of, MDPPerm.NO_CHANGES), of.signer(), field="Chuky2"),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("shadow: form drawn anew", _after(tampering.form_redrawn, signed_form), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "shadow: field looks different",
        _after(tampering.field_looks_different, signed_form),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("shadow: font replaced", _after(tampering.font_replaced), Outcome.CHANGED_AFTER_SIGNING),
    Case(
        "shadow: cover freed",
        lambda of: tampering.object_freed(signed(of), tampering.stream_of(signed(of))),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("shadow: hide and replace", _hide_and_replace, Outcome.CHANGED_AFTER_SIGNING),
    Case("shadow: other catalog", _after(tampering.other_catalog), Outcome.SIGNATURE_REMOVED),
    Case(
        "saved on without a table",
        lambda of: tampering.repeated_end(signed(of), b"5 0 obj\n<< >>\nendobj\n"),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case(
        "saved on with words",
        lambda of: tampering.repeated_end(signed(of), b"mot dong nua\n"),
        Outcome.CHANGED_AFTER_SIGNING,
    ),
    Case("saved on, objects unlisted", _unlisted, Outcome.CHANGED_AFTER_SIGNING),
    Case("empty box laid over", _overlay_box, Outcome.CHANGED_AFTER_SIGNING),
    Case("time stamp laid over", _overlay_stamp, Outcome.CHANGED_AFTER_SIGNING),
    Case("changed between two signatures", _changed_between, Outcome.CHANGED_AFTER_SIGNING),
    Case("signature replaced in its own field", _replaced, Outcome.SIGNATURE_REMOVED),
    Case("signature replaced in a field of the same look", _renamed, Outcome.SIGNATURE_REMOVED),
    Case("signature left in bytes that no table names", _left_behind, Outcome.SIGNATURE_REMOVED),
    Case("signature taken out", lambda of: tampering.without_signature(signed(of), "/V"), Outcome.SIGNATURE_REMOVED),
    Case(
        "all fields taken out", lambda of: tampering.without_signature(signed(of), "/Fields"), Outcome.SIGNATURE_REMOVED
    ),
)
ALTERED: tuple[Case, ...] = (*_ALTERED, *_BROKEN, *_CHANGED, *HIDING, *COVERING)
"""Of none of these may it be said that the document is as it was signed."""
