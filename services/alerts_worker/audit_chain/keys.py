"""The key that signs checkpoints. Whoever owns the database must not hold it."""

import os
import re
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.alerts_worker.audit_chain.notes import read_verifier
from shared.settings import Settings

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def key_path(settings: Settings) -> Path:
    """Where the private key is kept."""
    return settings.audit_key_file or settings.data_dir / "keys" / "audit.pem"


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """The key, made where there is none yet. Raises ValueError for a file that holds anything else."""
    if not path.exists():
        _create(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")  # noqa: TRY004 -- of a file, not of an argument
    return key


def _create(path: Path) -> None:
    """Written whole under another name first, so that a worker starting beside us never reads half."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def read_public_keys(text: str) -> list[Ed25519PublicKey]:
    """Every key of a file that holds PEM blocks, or one verifier (`name+id+key`) a line.

    Raises ValueError for a key that is none, or where there is no key at all.
    """
    try:
        loaded = [serialization.load_pem_public_key(pem.encode()) for pem in _PEM.findall(text)]
    except UnsupportedAlgorithm as error:
        raise ValueError("no Ed25519 key") from error
    keys = [key for key in loaded if isinstance(key, Ed25519PublicKey)]
    keys += [read_verifier(line) for line in _PEM.sub("", text).splitlines() if line.strip()]
    if not keys or len(keys) < len(loaded):
        raise ValueError("no Ed25519 key")
    return keys


def public_pem(key: Ed25519PublicKey) -> str:
    """A public key as other programs read it."""
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
