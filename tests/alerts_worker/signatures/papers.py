"""Documents of the tests, signed in every way: bytes in, bytes out."""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle

from tests.alerts_worker.signatures.authorities import SIGNED_AT, Holder

PADES, PKCS7 = SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED
TEXT = "Quyet dinh 12/QD-UBND: 100 trieu dong"


def paper(text: str = TEXT, *, pages: int = 1, streams: bool = False, form: bool = False) -> bytes:
    """An unsigned document; with `streams` its objects are in streams, with `form` it has a text field `Sotien`."""
    writer = PdfFileWriter(stream_xrefs=streams)
    for number in range(pages):
        content = writer.add_object(drawing(f"{text} - trang {number + 1}"))
        page = PageObject(contents=content, media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))))
        page["/Resources"] = _fonts(writer)
        reference = writer.insert_page(page)
    if form:
        field = writer.add_object(_text_field(writer, reference))
        reference.get_object()["/Annots"] = generic.ArrayObject([field])
        writer.root["/AcroForm"] = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject([field])})
    return _written(writer)


def drawing(text: str, at: int = 700) -> generic.StreamObject:
    return generic.StreamObject(stream_data=f"BT /F1 14 Tf 72 {at} Td ({text}) Tj ET".encode())


def _fonts(writer: PdfFileWriter) -> generic.DictionaryObject:
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({pdf_name("/F1"): writer.add_object(font)})
    return generic.DictionaryObject({pdf_name("/Font"): fonts})


def _text_field(writer: PdfFileWriter, page: generic.IndirectObject) -> generic.DictionaryObject:
    look = writer.add_object(appearance("100"))
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("Sotien"),
            pdf_name("/V"): generic.pdf_string("100"),
            pdf_name("/Rect"): box(100, 500, 300, 520),
            pdf_name("/P"): page,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): look}),
        }
    )


def appearance(text: str) -> generic.StreamObject:
    stream = generic.StreamObject(stream_data=f"BT ({text}) Tj ET".encode())
    stream["/Type"], stream["/Subtype"] = pdf_name("/XObject"), pdf_name("/Form")
    stream["/BBox"] = box(0, 0, 200, 20)
    return stream


def box(*corners: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, corners))


def _written(writer: Any) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def updating(content: bytes) -> IncrementalPdfFileWriter:
    """A writer of one more revision."""
    return IncrementalPdfFileWriter(io.BytesIO(content), strict=False)


def updated(writer: IncrementalPdfFileWriter) -> bytes:
    return _written(writer)


def sign(
    content: bytes,
    holder: Holder,
    *,
    field: str = "Chuky1",
    form: SigSeedSubFilter = PADES,
    digest: str = "sha256",
    at: datetime | None = SIGNED_AT,
    stamper: TimeStamper | None = None,
    certifies: MDPPerm | None = None,
    visible: bool = False,
    box: tuple[int, int, int, int] = (100, 100, 300, 160),
    shows: bytes | None = None,
    wrong_digest: bytes | None = None,
    password: str | None = None,
) -> bytes:
    """The document with one more signature; `wrong_digest` is signed in place of the document's own. A visible one
    stands in the `box` and `shows` what these operators draw."""
    signer = SimpleSigner(holder.asn1, holder.asn1_key, holder.store())
    placeholder = PdfSignedData(pdf_name("/Sig"), subfilter=form, timestamp=at, bytes_reserved=24_000)
    spec = SigFieldSpec(field, box=box) if visible or shows else None
    setup = SigMDPSetup(digest, certify=certifies is not None, docmdp_perms=certifies)
    writer = updating(content)
    if password is not None:
        writer.encrypt(password)
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer)
    next(steps)
    steps.send(SigObjSetup(placeholder, mdp_setup=setup, appearance_setup=_look(box, shows) if shows else None))
    prepared, output = steps.send(SigIOSetup(digest, in_place=False))
    message = asyncio.run(
        signer.async_sign(
            wrong_digest or prepared.document_digest,
            digest,
            use_pades=form == PADES,
            timestamper=stamper,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at if form == PKCS7 else None),
        )
    )
    steps.send(message)
    return bytes(output.getvalue())


def _look(box: tuple[int, int, int, int], operators: bytes) -> SigAppearanceSetup:
    left, bottom, right, top = box
    picture = RawContent(operators, box=BoxConstraints(right - left, top - bottom))
    return SigAppearanceSetup(
        StaticStampStyle(background=picture, border_width=0, background_opacity=1), SIGNED_AT, "ô chữ ký"
    )


def stamp(content: bytes, stamper: TimeStamper, *, field: str = "Dau1") -> bytes:
    """The document with a time stamp over all of it."""
    steps = PdfCMSEmbedder().write_cms(field, updating(content))
    next(steps)
    steps.send(SigObjSetup(DocumentTimestamp(bytes_reserved=24_000)))
    prepared, output = steps.send(SigIOSetup("sha256", in_place=False))
    steps.send(asyncio.run(stamper.async_timestamp(prepared.document_digest, "sha256")))
    return bytes(output.getvalue())


def with_evidence(
    content: bytes, *, lists: Sequence[bytes] = (), answers: Sequence[bytes] = (), holders: Sequence[Holder] = ()
) -> bytes:
    """The document with a security store: certificates, revocation lists, OCSP answers."""
    output = io.BytesIO(content)
    DocumentSecurityStore.add_dss(
        output,
        None,
        certs=[holder.asn1 for holder in holders],
        crls=[crl.CertificateList.load(each) for each in lists],
        ocsps=[ocsp.OCSPResponse.load(each) for each in answers],
    )
    return output.getvalue()


def filled(content: bytes, text: str, field: int = 0) -> bytes:
    """The document with another value in its text field."""
    writer = updating(content)
    found = writer.root["/AcroForm"]["/Fields"].raw_get(field).get_object()
    found["/V"] = generic.pdf_string(text)
    found["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(appearance(text))})
    writer.update_container(found)
    return updated(writer)


def byte_range(content: bytes, number: int = 0) -> list[int]:
    """The byte range of the signature, in the order of signing."""
    return [int(each) for each in PdfFileReader(io.BytesIO(content)).embedded_signatures[number].byte_range]


def message_of(content: bytes, number: int = 0) -> cms.ContentInfo:
    """The signature itself."""
    return cms.ContentInfo.load(PdfFileReader(io.BytesIO(content)).embedded_signatures[number].pkcs7_content)
