"""What is asked about: what is learned from, with which settings, and the model that came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from gesturemap import compiled
from gesturemap.demonstrations import Demonstration
from gesturemap.errors import CommandError
from gesturemap.models import kernels, store
from gesturemap.models.model import Model
from gesturemap.project.project import Project
from gesturemap.teaching.critique.kept_pairs import KeptPairs
from gesturemap.teaching.critique.likeness import Likeness
from gesturemap.teaching.leave_one_out import regresses
from gesturemap.teaching.play import Opened, learn


def nothing_saved() -> bytes | None:
    """Of recordings that no project keeps."""
    return None


class Taught:
    """A project or a file of recordings.

    Parameters
    ----------
    name : as it was asked for.
    saved : the packed model that was fitted to what there is now; None: there is none, and one is fitted here.
    report : told what is compiled.
    pairs : what was heard when the same was asked before.
    """

    def __init__(
        self,
        name: str,
        it: Opened,
        project: Project | None = None,
        folder: Path | None = None,
        *,
        saved: Callable[[], bytes | None] = nothing_saved,
        report: compiled.Report | None = None,
        pairs: KeptPairs | None = None,
    ) -> None:
        self.name, self.it, self.project, self.folder = name, it, project, folder
        self._saved, self._report, self._pairs = saved, report, pairs or KeptPairs()

    @property
    def demonstrations(self) -> tuple[Demonstration, ...]:
        """What is learned from, as the sensor gave it: `it.features` are still to come."""
        return self.it.corpus.demonstrations

    @property
    def whole(self) -> tuple[Demonstration, ...]:
        """As they were recorded, with their trims, also those that are left out; of layers that are on."""
        return self.project.within if self.project is not None else self.demonstrations

    @property
    def labels(self) -> tuple[str, ...]:
        """The gestures that were shown."""
        return tuple(dict.fromkeys(one.label for one in self.demonstrations))

    @cached_property
    def model(self) -> Model:
        """The one that was fitted to what there is now."""
        self.prepare(self.it.learner.kind)
        saved = self._saved()
        return store.unpack(saved) if saved is not None else learn(self.it, self.demonstrations)[0]

    @cached_property
    def heard(self) -> Likeness:
        """How likely each demonstration is under every other one; only what is new since `pairs` is heard."""
        return self._pairs.refresh(self.it, self.model)

    def prepare(self, *kinds: str, modules: Sequence[str] = ()) -> None:
        """Compile what features, mapping, fits of these kinds of model and these modules need."""
        own = self.project.kernels() if self.project is not None else []
        more = [name for kind in dict.fromkeys(kinds) for name in kernels(kind, fitting=True)]
        compiled.load([*own, *more, *modules], self._report)

    def demonstration(self, identity: str) -> Demonstration:
        """The one with this id.

        Raises
        ------
        CommandError
            If there is none.
        """
        for each in self.demonstrations:
            if each.id == identity:
                return each
        some = ", ".join(each.id for each in self.demonstrations[:5])
        raise CommandError(
            "demonstration", repr(identity), f"there are {some} ...", "list them: gesturemap teach PROJECT shown"
        )  # fmt: skip

    def of_gestures(self) -> None:
        """Raise where it is outputs that were shown.

        Raises
        ------
        CommandError
        """
        if regresses(self.it):
            raise CommandError(
                self.name, "outputs are learned", "this is asked of gestures that are recognised",
                "ask 'doctor', which says how well outputs left out agree",
            )  # fmt: skip
