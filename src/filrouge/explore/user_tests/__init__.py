"""User tests of a mock-up: intuitive, practical, actionable, personalisable (EXP-11)."""

from filrouge.explore.user_tests.model import Ipap, UserTest, next_session, sessions_of

__all__ = ["Ipap", "UserTest", "next_session", "sessions_of"]
