"""Whom the operator trusts: a folder of certificates and revocation lists, read anew when it changes."""

from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from shared.log import get_logger

logger = get_logger(__name__)

_LARGEST = 32 << 20
_MOST_FILES = 500
State = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class TrustStore:
    """The folder of `TRUST_ROOTS_DIR`: roots in it, certificates between them and signers in `intermediates`,
    revocation lists in `crls`; each file PEM (certificates: several in one) or DER. Without a folder nobody is trusted.
    """

    folder: Path | None
    _state: State | None = None
    _read: dict[str, list[str]] = field(default_factory=dict)

    def contents(self) -> dict[str, list[str]]:
        """`roots`, `intermediates` and `crls` as DER in base64. Other files are left out, and logged."""
        state = self._look()
        if state != self._state:
            self._read = {
                "roots": self._certificates(self.folder),
                "intermediates": self._certificates(self._below("intermediates")),
                "crls": [b64encode(der).decode() for path in _files(self._below("crls")) for der in _lists_in(path)],
            }
            self._state = state
            logger.info("trust-store-read", **{kind: len(found) for kind, found in self._read.items()})
        return self._read

    def _look(self) -> State:
        paths = [
            path
            for folder in (self.folder, self._below("intermediates"), self._below("crls"))
            for path in _files(folder)
        ]
        told = [(path, path.stat()) for path in paths]
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in told)

    def _below(self, name: str) -> Path | None:
        return self.folder / name if self.folder is not None else None

    def _certificates(self, folder: Path | None) -> list[str]:
        return [b64encode(der).decode() for path in _files(folder) for der in _certificates_in(path)]


def _files(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))[:_MOST_FILES]


def _certificates_in(path: Path) -> list[bytes]:
    content = _read(path)
    try:
        if b"-----BEGIN" in content:
            return [each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(content)]
        return [x509.load_der_x509_certificate(content).public_bytes(Encoding.DER)]
    except ValueError:
        logger.warning("trust-store-file-unreadable", file=path.name)
        return []


def _lists_in(path: Path) -> list[bytes]:
    content = _read(path)
    try:
        load = x509.load_pem_x509_crl if b"-----BEGIN" in content[:64] else x509.load_der_x509_crl
        return [load(content).public_bytes(Encoding.DER)]
    except ValueError:
        logger.warning("trust-store-file-unreadable", file=path.name)
        return []


def _read(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        logger.warning("trust-store-file-too-large", file=path.name)
        return b""
    return path.read_bytes()
