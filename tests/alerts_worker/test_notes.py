"""Signed notes as other programs write and read them."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.alerts_worker.audit_chain.keys import public_pem, read_public_keys
from services.alerts_worker.audit_chain.notes import (
    Checkpoint,
    NoteRefused,
    open_note,
    read_note,
    read_verifier,
    sign,
    verifier_of,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
CHECKPOINT = Checkpoint("theodoi/audit/1", 7, bytes(range(32)), datetime(2026, 3, 2, 3, 4, 5, 6, tzinfo=UTC))
NOTE = sign(CHECKPOINT, KEY)
PUBLIC = KEY.public_key()

# The verifier that the reference implementation of signed notes documents.
KNOWN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_note_is_text_with_a_signature_line() -> None:
    text, _, signature = NOTE.partition("\n\n")
    assert text.splitlines() == [
        "theodoi/audit/1",
        "7",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "2026-03-02T03:04:05.000006Z",
    ]
    assert signature.startswith("— theodoi/audit/1 ")
    assert signature.endswith("\n")


def test_what_was_signed_is_read_again() -> None:
    assert open_note(NOTE, [OTHER.public_key(), PUBLIC]) == CHECKPOINT


@pytest.mark.parametrize("position", range(0, len(NOTE), 3))
def test_a_note_with_another_letter_is_refused(position: int) -> None:
    letter = "B" if NOTE[position] == "A" else "A"
    with pytest.raises(NoteRefused):
        open_note(NOTE[:position] + letter + NOTE[position + 1 :], [PUBLIC])


@pytest.mark.parametrize("keys", [[], [OTHER.public_key()]], ids=["no key", "another key"])
def test_a_note_that_nobody_known_signed_is_refused(keys: list[Ed25519PublicKey]) -> None:
    with pytest.raises(NoteRefused, match="chữ ký"):
        open_note(NOTE, keys)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("\n7\n", "\n+7\n"),
        NOTE.replace("\n7\n", "\n7\n8\n"),
        NOTE.replace("05.000006Z", "05Z"),
        NOTE.partition("\n\n")[0],
        NOTE + "x" * 5000,
    ],
)
def test_a_note_in_another_form_is_refused(note: str) -> None:
    with pytest.raises(NoteRefused, match="dạng"):
        read_note(note)


def test_verifiers_are_those_of_the_reference_implementation() -> None:
    assert verifier_of("PeterNeumann", read_verifier(KNOWN)) == KNOWN
    assert read_verifier(verifier_of("theodoi/audit/1", PUBLIC)) == PUBLIC


@pytest.mark.parametrize(
    "text", ["", "a+b", KNOWN.replace("c74f", "c74e"), KNOWN[:-4], KNOWN.replace("Peter", "Pieter")]
)
def test_a_verifier_that_does_not_hold_together_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- whichever part it is
        read_verifier(text)


def test_a_file_may_hold_several_keys_in_both_forms() -> None:
    content = f"{public_pem(PUBLIC)}\n{verifier_of('theodoi/audit/1', OTHER.public_key())}\n"
    assert read_public_keys(content) == [PUBLIC, OTHER.public_key()]
    for empty in ("", "không phải khóa", "\n"):
        with pytest.raises(ValueError):  # noqa: PT011 -- whichever part it is
            read_public_keys(empty)
