"""The backlog, fed by users, data analysis and monitoring (ORG-14)."""

from filrouge.organize.backlog.model import Origin, Story, StoryState

__all__ = ["Origin", "Story", "StoryState"]
