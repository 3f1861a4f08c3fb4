"""Human texts of the log: encrypted beside it, committed to inside it, erasable without touching it."""

import base64
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.canonical import commitment

_SALT_BYTES = 16
_NONCE_BYTES = 12


def new_text_key() -> bytes:
    """A fresh AES-256 key for one person's texts."""
    return AESGCM.generate_key(256)


def seal(key: bytes, text: str) -> tuple[str, str]:
    """(commitment for the event, sealed text for `event_texts`); the text is kept in Unicode NFC."""
    plain = unicodedata.normalize("NFC", text)
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    cipher = AESGCM(key).encrypt(nonce, salt + plain.encode(), None)
    return commitment(salt, plain), base64.b64encode(nonce + cipher).decode()


def unseal(key: bytes | None, sealed: str) -> tuple[bytes, str] | None:
    """(salt, text), or None when the key is gone: the text was erased. Raises ValueError when it was tampered with."""
    if not key:
        return None
    raw = base64.b64decode(sealed)
    try:
        plain = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
    except InvalidTag:
        raise ValueError("a sealed text does not fit its key") from None
    return plain[:_SALT_BYTES], plain[_SALT_BYTES:].decode()
