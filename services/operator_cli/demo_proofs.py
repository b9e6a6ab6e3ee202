"""The files that the demo offers as evidence: a decision signed, the same one altered, a photo and its copy.

The authority that certifies the signer is made for each telling, and exists for the demo alone.
"""

import io
import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw, ImageFilter
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

_PASSPHRASE = b"demo"
_CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""


_FONT = (
    (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Demo /Encoding /Identity-H /DescendantFonts [6 0 R] "
        b"/ToUnicode 8 0 R >>"
    ),
    (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Demo /DW 500 /FontDescriptor 7 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /Demo /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 "
        b"/Descent -200 /CapHeight 700 /StemV 80 >>"
    ),
)
"""Objects 5 to 7: letters are kept as they are written, so that text can be read out of the page again."""


class DemoAuthority:
    """Certifies one signer: the office with this name, in the province with that one."""

    def __init__(self, signer: str, province: str) -> None:
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._root_name = _name("Cơ quan chứng thực của bản dùng thử", None)
        self.root = self._certify(self._root_name, self._root_key.public_key(), ca=True)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certify(_name(signer, province), key.public_key(), ca=False)
        packed = pkcs12.serialize_key_and_certificates(
            None, key, certificate, [self.root], BestAvailableEncryption(_PASSPHRASE)
        )
        self._signer = signers.SimpleSigner.load_pkcs12_data(packed, other_certs=[], passphrase=_PASSPHRASE)

    def trust_in(self, folder: Path) -> None:
        """Put the root where the worker looks for those it trusts, in the place of the one of the last telling."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ban-dung-thu.pem").write_bytes(self.root.public_bytes(Encoding.PEM))

    def sign(self, document: bytes) -> bytes:
        """The PDF with a signature over the whole of it."""
        signed = io.BytesIO()
        metadata = signers.PdfSignatureMetadata(
            field_name="ChuKySo", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)), metadata, self._signer, output=signed)
        return signed.getvalue()

    def _certify(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        usage = x509.KeyUsage(
            digital_signature=not ca,
            content_commitment=not ca,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=ca,
            crl_sign=ca,
            encipher_only=False,
            decipher_only=False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._root_name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._root_key, hashes.SHA256())
        )


def _name(common_name: str, province: str | None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if province is not None:
        attributes += [
            x509.NameAttribute(NameOID.LOCALITY_NAME, province),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, common_name),
        ]
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def decision(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these lines; its text can be read, and be changed where it stands."""
    shown = "\n".join(
        f"BT /F 12 Tf 1 0 0 1 60 {780 - 20 * number} Tm <{_codes(line)}> Tj ET" for number, line in enumerate(lines)
    ).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>>>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        *_FONT,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(_CMAP), _CMAP),
    ]
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


def _codes(text: str) -> str:
    return text.encode("utf-16-be").hex()


def altered(document: bytes, said: str, now_says: str) -> bytes:
    """The file with words of the same length in the place of others: what somebody does who needs another figure."""
    if len(said) != len(now_says):
        raise ValueError("the file would be of another length")
    return document.replace(_codes(said).encode(), _codes(now_says).encode())


def photo(seed: int) -> bytes:
    """Something like a photo of a street, as JPEG."""
    chance = random.Random(seed)  # noqa: S311 # a picture, no secret
    picture = Image.new("RGB", (1200, 900))
    draw = ImageDraw.Draw(picture)
    for row in range(900):
        light = 120 + int(100 * math.sin(row / 900 * math.pi / 2))
        draw.line((0, row, 1200, row), fill=(light, light, 255 - light // 3))
    for _ in range(40):
        left, top = chance.randrange(1150), chance.randrange(300, 850)
        size = (chance.randrange(40, 260), chance.randrange(40, 300))
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        draw.rectangle((left, top, left + size[0], top + size[1]), fill=colour)
    return _jpeg(picture.filter(ImageFilter.GaussianBlur(2)), quality=92)


def taken_again(jpeg: bytes) -> bytes:
    """The same photo, its edges cut by a fiftieth, smaller and saved anew: no byte is as it was."""
    picture = Image.open(io.BytesIO(jpeg))
    across, down = (round(side * 0.02) for side in picture.size)
    cut = picture.crop((across, down, picture.width - across, picture.height - down))
    return _jpeg(cut.resize((800, 600)), quality=70)


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return kept.getvalue()
