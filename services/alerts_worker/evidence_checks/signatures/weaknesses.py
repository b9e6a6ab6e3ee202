"""Algorithms and keys that prove nothing any longer."""

from asn1crypto import algos, keys, x509

_BROKEN_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})
_LEAST_RSA = 2048
_LEAST_EC = 224


def of_digest(algorithm: str) -> tuple[str, ...]:
    """`md5` and `sha1` among others, by the names of asn1crypto."""
    return (algorithm,) if algorithm in _BROKEN_DIGESTS else ()


def of_signature(algorithm: algos.SignedDigestAlgorithm) -> tuple[str, ...]:
    """A signature scheme that names a broken digest."""
    try:
        return of_digest(algorithm.hash_algo)
    except ValueError:  # the scheme names no digest of its own
        return ()


def of_key(key: keys.PublicKeyInfo) -> tuple[str, ...]:
    """`rsa-1024` and the like."""
    if key.algorithm in {"rsa", "rsassa_pss"}:
        return (f"rsa-{key.bit_size}",) if key.bit_size < _LEAST_RSA else ()
    if key.algorithm == "ec":
        return (f"ec-{key.bit_size}",) if key.bit_size < _LEAST_EC else ()
    return ("dsa",) if key.algorithm == "dsa" else ()


def of_certificate(certificate: x509.Certificate) -> tuple[str, ...]:
    """How it is signed, and its key."""
    return unique(of_signature(certificate["signature_algorithm"]) + of_key(certificate.public_key))


def unique(found: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(found))
