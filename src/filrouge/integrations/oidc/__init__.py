"""Signing in through an OpenID Connect provider: the extra ``oidc``."""
