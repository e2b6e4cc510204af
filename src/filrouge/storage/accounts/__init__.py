"""Who people are, what they may do, and how they are known again: below the chapters, above the engine."""
