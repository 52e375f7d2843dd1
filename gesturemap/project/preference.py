"""What was kept when two ways of playing were compared."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gesturemap.catalog import setting

Kept = tuple[str, str, str]
"""What they differed in, what was kept of it, and what was not."""
MOST = 200
"""Of these that a project keeps; the oldest are forgotten."""


@dataclass(frozen=True)
class Preference:
    """What was kept when two ways of playing were compared, the section ``[preference]``; it changes nothing itself."""

    kept: tuple[Kept, ...] = setting(
        (),
        "what was kept while two ways of playing were compared, oldest first: [what they differed in, kept, not kept]",
    )

    def heeding(self, more: tuple[Kept, ...]) -> Preference:
        """With these as well, as the newest."""
        return replace(self, kept=(*self.kept, *more)[-MOST:])
