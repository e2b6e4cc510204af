"""An OpenID Connect provider: where it answers, what it is asked, and whether to believe its tokens."""

import os
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filrouge.kernel.errors import FilrougeError, require_extra
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

    from filrouge.kernel.settings import Oidc

__all__ = ["SECRET_VARIABLE", "Claimed", "OidcRefused", "OidcUnavailable", "Provider", "Question"]

SECRET_VARIABLE = "FILROUGE_OIDC_SECRET"  # noqa: S105  (the name of a variable)
"""Where the client's secret comes from: never from a file of settings, so that nothing shows it."""
_FRESH_S = 3600
_TIMEOUT_S = 10
_LEEWAY_S = 30
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signed by a key that only the provider has: neither ``none`` nor a shared secret."""


class OidcUnavailable(FilrougeError):
    """The provider does not answer, or not as the standard wants it."""

    code = "oidc.unavailable"
    status = 502


class OidcRefused(FilrougeError):
    """What came back from the provider cannot be believed, or is not enough."""

    code = "oidc.refused"
    status = 403


@dataclass(frozen=True)
class Question:
    """What a browser is sent to the provider with, and what the answer is checked against."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claimed:
    """What the provider says of somebody; ``email`` is empty unless it is verified."""

    issuer: str
    subject: str
    name: str
    email: str


class Provider:
    """The provider of the settings.

    Args:
        settings: issuer, client, domains.
        secret: the client's; from the environment by default, none for a public client.
    """

    def __init__(self, settings: "Oidc", secret: str | None = None) -> None:
        require_extra("authlib", "oidc")
        self._settings = settings
        self._secret = os.environ.get(SECRET_VARIABLE, "") if secret is None else secret
        self._metadata: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._read_at = 0.0

    def question(self, redirect_uri: str) -> Question:
        """Begin: authorization code, with PKCE, a state and a nonce.

        Raises:
            OidcUnavailable: the provider does not answer.
        """
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
        with self._client(redirect_uri) as client:
            url, state = client.create_authorization_url(
                self._discovered()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Question(url, state, nonce, verifier)

    def answer(self, redirect_uri: str, code: str, verifier: str, nonce: str, issuer: str = "") -> Claimed:
        """Redeem a code, and read who it is for.

        Args:
            redirect_uri: the one that the question named.
            code: what the provider sent the browser back with.
            verifier: of the question.
            nonce: of the question.
            issuer: as the answer names it (RFC 9207); empty where it does not.

        Raises:
            OidcRefused: the code or the token cannot be believed.
            OidcUnavailable: the provider does not answer.
        """
        metadata = self._discovered()
        expected = metadata.get("authorization_response_iss_parameter_supported", False)
        if issuer != metadata["issuer"] and (issuer or expected):
            raise _refused("iss")
        token = self._redeemed(redirect_uri, code, verifier)
        claims = self.verified(str(token.get("id_token", "")), nonce)
        if "email" not in claims and "userinfo_endpoint" in metadata:
            claims |= self._userinfo(str(token["access_token"]), str(claims["sub"]))
        email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
        name = str(claims.get("name") or claims.get("preferred_username") or email.partition("@")[0])
        return Claimed(str(claims["iss"]), str(claims["sub"]), name, email)

    def verified(self, id_token: str, nonce: str, now: float | None = None) -> dict[str, Any]:
        """The claims of a token that the provider signed for us, for this question, and that has not ended.

        Raises:
            OidcRefused: it is not so.
        """
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError

        options: dict[str, Any] = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        params = {"nonce": nonce, "client_id": self._settings.client_id}
        try:
            token = jwt.decode(id_token, self._key_set(id_token), algorithms=_ALGORITHMS)
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(time.time() if now is None else now), leeway=_LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise _refused(str(error)) from error
        return dict(claims)

    def _redeemed(self, redirect_uri: str, code: str, verifier: str) -> dict[str, Any]:
        from authlib.integrations.base_client import OAuthError
        from requests import RequestException

        try:
            with self._client(redirect_uri) as client:
                token: dict[str, Any] = client.fetch_token(
                    self._discovered()["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                    timeout=_TIMEOUT_S,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise _refused(str(error)) from error
        except (RequestException, ValueError) as error:
            raise _silent(self._settings.issuer, error) from error
        return token

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        told = _json(
            self._discovered()["userinfo_endpoint"], headers={"Authorization": f"Bearer {access_token}"}
        )
        if told.get("sub") != subject:
            raise _refused("sub")
        return {key: told[key] for key in ("email", "email_verified", "name") if key in told}

    def _discovered(self) -> dict[str, Any]:
        if not self._metadata or time.monotonic() - self._read_at > _FRESH_S:
            issuer = self._settings.issuer
            told = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != issuer:
                raise OidcUnavailable(
                    _("The provider calls itself otherwise than [web.oidc] issuer."),
                    where=issuer,
                    why=str(told.get("issuer", "")),
                )
            self._keys, self._metadata, self._read_at = _json(told["jwks_uri"]), told, time.monotonic()
        return self._metadata

    def _key_set(self, id_token: str) -> Any:
        """The provider's keys; asked for again when a token names one that is not among them."""
        from joserfc import jws
        from joserfc.jwk import KeySet

        metadata = self._discovered()
        kid = jws.extract_compact(id_token.encode()).protected.get("kid")
        if kid and all(key.get("kid") != kid for key in self._keys.get("keys", [])):
            self._keys = _json(metadata["jwks_uri"])
        return KeySet.import_key_set(self._keys)  # type: ignore[arg-type]

    def _client(self, redirect_uri: str) -> "OAuth2Session":
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._settings.client_id,
            self._secret or None,
            scope="openid email profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )


def _json(url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    import requests

    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise OidcUnavailable(_("A provider is asked over https only."), where=url)
    try:
        told = requests.get(url, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False)
        told.raise_for_status()
        found: dict[str, Any] = told.json()
    except (requests.RequestException, ValueError) as error:
        raise _silent(url, error) from error
    return found


def _silent(url: str, error: Exception) -> OidcUnavailable:
    return OidcUnavailable(
        _("The provider of accounts does not answer as it should."),
        where=url,
        why=type(error).__name__,
        action=_("Try again; if it lasts, an admin looks at [web.oidc]."),
    )


def _refused(why: str) -> OidcRefused:
    return OidcRefused(
        _("What the provider of accounts answered cannot be believed."),
        why=why,
        action=_("Begin again from the sign-in page."),
    )
