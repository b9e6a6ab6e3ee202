"""Files that are as they were signed, in the ways that real ones are made."""

import io
from datetime import UTC, datetime, timedelta
from itertools import product

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field

from services.alerts_worker.evidence_checks.signatures.rules import Outcome
from tests.alerts_worker.signatures.authorities import (
    CHAIRMAN,
    OTHER_WARD_SEAL,
    RECEIVED_AT,
    SIGNED_AT,
    WARD_SEAL,
    KeyKind,
    Realm,
)
from tests.alerts_worker.signatures.cases import Case, Make
from tests.alerts_worker.signatures.drawing_over import seal_beside
from tests.alerts_worker.signatures.naming import MERGED_BODY, OLD_DAYS, old_ward
from tests.alerts_worker.signatures.papers import (
    PADES,
    PKCS7,
    filled,
    paper,
    sign,
    stamp,
    updated,
    updating,
    with_evidence,
)
from tests.alerts_worker.signatures.tampering import redrawn, without_signature

_KINDS: tuple[KeyKind, ...] = ("rsa", "ec")
_SHORT = datetime(2026, 7, 4, tzinfo=UTC)
"""A certificate that ends between signing and receipt."""


def _plain() -> list[Case]:
    """Both forms, both kinds of key, with and without a stamp, objects in streams or not."""
    return [
        _one_of_many(form, kind, stamped=stamped, streams=streams)
        for form, kind, stamped, streams in product((PADES, PKCS7), _KINDS, (False, True), (False, True))
    ]


def _one_of_many(form: SigSeedSubFilter, kind: KeyKind, *, stamped: bool, streams: bool) -> Case:
    words = f"{form.value[1:]} {kind}{' stamped' if stamped else ''}{' streams' if streams else ''}"
    name = CHAIRMAN if stamped == streams else WARD_SEAL

    def make(of: Realm) -> bytes:
        stamper = of.stamper() if stamped else None
        return sign(paper(streams=streams), of.signer(name, kind), form=form, stamper=stamper)

    return Case(words, make, Outcome.VALID)


def long_term(of: Realm, *, answers: bool = False) -> bytes:
    holder = of.signer()
    signed = sign(paper(), holder, stamper=of.stamper())
    if answers:
        return with_evidence(signed, answers=[of.answer(holder)], holders=[of.issuer])
    return with_evidence(signed, lists=[of.revocations()], holders=[of.issuer])


def archived(of: Realm) -> bytes:
    return stamp(long_term(of), of.stamper(SIGNED_AT + timedelta(hours=2)))


def archived_twice(of: Realm) -> bytes:
    again = with_evidence(archived(of), lists=[of.revocations(at=SIGNED_AT + timedelta(hours=3))])
    return stamp(again, of.stamper(SIGNED_AT + timedelta(hours=4)), field="Dau2")


def signed_twice(of: Realm, *, visible: bool = False, streams: bool = False) -> bytes:
    first = sign(paper(streams=streams), of.signer(CHAIRMAN), visible=visible, stamper=of.stamper())
    return sign(first, of.signer(), field="Chuky2", at=SIGNED_AT + timedelta(minutes=9), visible=visible)


def signed_thrice(of: Realm) -> bytes:
    return sign(signed_twice(of), of.signer(OTHER_WARD_SEAL), field="Chuky3", form=PKCS7)


def certified(of: Realm, permission: MDPPerm, *, form: bool = False) -> bytes:
    return sign(paper(form=form), of.signer(), certifies=permission)


def certified_and_signed(of: Realm) -> bytes:
    return sign(certified(of, MDPPerm.FILL_FORMS), of.signer(CHAIRMAN), field="Chuky2")


def prepared(of: Realm) -> bytes:
    """The box for the signature was there before it was signed."""
    writer = updating(paper())
    append_signature_field(writer, SigFieldSpec("Chuky1", box=(100, 100, 300, 160)))
    return sign(updated(writer), of.signer())


def boxes_for_two(of: Realm) -> bytes:
    """Two boxes were there before; both are signed, one after the other."""
    writer = updating(paper())
    append_signature_field(writer, SigFieldSpec("Chuky1", box=(100, 100, 300, 160)))
    append_signature_field(writer, SigFieldSpec("Chuky2", box=(320, 100, 500, 160)))
    return sign(sign(updated(writer), of.signer(CHAIRMAN)), of.signer(), field="Chuky2")


def edited_before(of: Realm) -> bytes:
    """What happens to a form before it is signed is the signer's."""
    return sign(filled(filled(paper(form=True), "200"), "300"), of.signer())


def restricted(of: Realm) -> bytes:
    """Encrypted with the empty password: everybody opens it, printing is restricted."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(paper())))
    writer.encrypt(owner_pass="chu so huu", user_pass="", pdf_mac=False)
    output = io.BytesIO()
    writer.write(output)
    return sign(output.getvalue(), of.signer(), password="")


def _signed_again(of: Realm) -> bytes:
    """The chairman takes a signature back, changes the text, and signs anew in the same field."""
    draft = sign(paper("Ban thao"), of.signer(CHAIRMAN))
    return sign(redrawn(without_signature(draft, "/V")), of.signer(CHAIRMAN))


def _titled(of: Realm) -> bytes:
    writer = updating(sign(paper(), of.signer()))
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("Quyet dinh 12")}))
    return updated(writer)


def _updated_by(make: Make) -> Make:
    return lambda of: make(of) + b"\r\n"


def _short_stamped(of: Realm) -> bytes:
    return sign(paper(), of.signer(ends=_SHORT), stamper=of.stamper())


def _short_archived(of: Realm) -> bytes:
    return stamp(sign(paper(), of.signer(ends=_SHORT)), of.stamper(SIGNED_AT + timedelta(hours=1)))


def _edited(of: Realm) -> bytes:
    """Edited in several revisions before it was signed."""
    content = paper(pages=3)
    for text in ("Ban thao 2", "Ban thao 3"):
        writer = updating(content)
        writer.root["/Lang"] = generic.pdf_string(text)
        writer.update_root()
        content = updated(writer)
    return sign(content, of.signer())


def _revoked_afterwards(of: Realm) -> list[bytes]:
    return [of.revocations((of.signer(), SIGNED_AT + timedelta(days=1)), at=RECEIVED_AT)]


GENUINE: tuple[Case, ...] = (
    *_plain(),
    Case("sha384", lambda of: sign(paper(), of.signer(), digest="sha384"), Outcome.VALID),
    Case("sha512", lambda of: sign(paper(), of.signer(), digest="sha512", form=PKCS7), Outcome.VALID),
    Case("visible", lambda of: sign(paper(), of.signer(CHAIRMAN), visible=True), Outcome.VALID),
    Case("twenty pages", lambda of: sign(paper(pages=20), of.signer()), Outcome.VALID),
    Case("twenty pages in streams", lambda of: sign(paper(pages=20, streams=True), of.signer()), Outcome.VALID),
    Case("with a list in the store", long_term, Outcome.VALID),
    Case("with an answer in the store", lambda of: long_term(of, answers=True), Outcome.VALID),
    Case("archived", archived, Outcome.VALID),
    Case("archived twice", archived_twice, Outcome.VALID),
    Case("chairman, then seal", signed_twice, Outcome.VALID),
    Case("chairman, then seal, both visible", lambda of: signed_twice(of, visible=True), Outcome.VALID),
    Case("chairman, then seal, in streams", lambda of: signed_twice(of, visible=True, streams=True), Outcome.VALID),
    Case("chairman, then seal over a third of the picture", seal_beside, Outcome.VALID),
    Case(
        "a form in the file, signed twice",
        lambda of: sign(sign(paper(form=True), of.signer(CHAIRMAN)), of.signer(), field="Chuky2", visible=True),
        Outcome.VALID,
    ),
    Case("another body signs along", signed_thrice, Outcome.VALID),
    Case("certified, nothing allowed", lambda of: certified(of, MDPPerm.NO_CHANGES), Outcome.VALID),
    Case("certified, forms allowed", lambda of: certified(of, MDPPerm.FILL_FORMS, form=True), Outcome.VALID),
    Case("certified, notes allowed", lambda of: certified(of, MDPPerm.ANNOTATE), Outcome.VALID),
    Case(
        "certified, and a form filled that was allowed",
        lambda of: filled(certified(of, MDPPerm.FILL_FORMS, form=True), "200"),
        Outcome.VALID,
    ),
    Case(
        "certified, nothing allowed, evidence added",
        lambda of: with_evidence(certified(of, MDPPerm.NO_CHANGES), lists=[of.revocations()]),
        Outcome.VALID,
    ),
    Case("certified, then signed", certified_and_signed, Outcome.VALID),
    Case("a box prepared", prepared, Outcome.VALID),
    Case("two boxes prepared", boxes_for_two, Outcome.VALID),
    Case("a form filled before signing", edited_before, Outcome.VALID),
    Case("edited in revisions before signing", _edited, Outcome.VALID),
    Case("restricted by an owner's password", restricted, Outcome.VALID),
    Case("a line break at the end", _updated_by(lambda of: sign(paper(), of.signer())), Outcome.VALID),
    Case("stamped before the certificate ended", _short_stamped, Outcome.VALID),
    Case("archived before the certificate ended", _short_archived, Outcome.VALID),
    Case("no evidence of revocation", lambda of: sign(paper(), of.signer()), Outcome.VALID, lists=lambda _: ()),
    Case(
        "stamped, and revoked the day after",
        lambda of: sign(paper(), of.signer(), stamper=of.stamper()),
        Outcome.VALID,
        lists=_revoked_afterwards,
    ),
    Case(
        "the old name, stamped in its days",
        lambda of: sign(paper(), old_ward(of), at=OLD_DAYS, stamper=of.stamper(OLD_DAYS)),
        Outcome.VALID,
        bodies=(MERGED_BODY,),
    ),
    Case("taken back, and signed again by the same", _signed_again, Outcome.VALID),
    Case("title changed after signing", _titled, Outcome.VALID),
    Case("a form in the file", lambda of: sign(paper(form=True), of.signer()), Outcome.VALID),
    Case(
        "no time claimed, stamped", lambda of: sign(paper(), of.signer(), at=None, stamper=of.stamper()), Outcome.VALID
    ),
)
