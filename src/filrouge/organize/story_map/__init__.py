"""The story map: versions as rows, bricks as columns, epics in the cells (ORG-7, ORG-10)."""

from filrouge.organize.story_map.board import StoryMap, story_map
from filrouge.organize.story_map.model import Epic, Version, VersionState, release

__all__ = ["Epic", "StoryMap", "Version", "VersionState", "release", "story_map"]
