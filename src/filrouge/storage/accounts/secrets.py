"""Secrets that are shown once: 256 bits of chance for whoever keeps them, a digest for us."""

import secrets
from hashlib import sha256

__all__ = ["digest_of", "new_secret"]


def new_secret() -> str:
    """A secret that nobody can guess."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a secret; what nobody can guess needs neither salt nor a slow hash."""
    return sha256(secret.encode()).hexdigest()
