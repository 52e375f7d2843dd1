"""What had begun in a project that is left ends at once; what an engine that died had begun, where it is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gesturemap import commands as c
from gesturemap import inner
from gesturemap.engine.instrument import Instrument
from gesturemap.models import store
from gesturemap.outputs.output import FailSafe
from gesturemap.project.project import assemble

if TYPE_CHECKING:
    from gesturemap.engine.loop import Engine


def left(engine: Engine) -> None:
    """Another project is opened: it may take a while until it plays."""
    if engine.instrument is not None:
        engine.happened(engine.instrument.leave())
    engine.link.send(inner.Left())


def begun_before(engine: Engine, message: inner.Interrupted) -> None:
    """End it: in another project at once, else with the first instrument."""
    if message.tables:
        _in_another(engine, message)
    else:
        engine.begun_before = message.labels


def _in_another(engine: Engine, message: inner.Interrupted) -> None:
    """End it there and let the values go to rest; what has lost us with the engine that died knows it already.

    Raises
    ------
    GesturemapError
        If that project or its model cannot be read.
    """
    project = assemble(message.tables, message.folder, "project")
    engine.kernels.prepare(project.learner.kind, project.kernels())
    model = store.unpack(message.data)
    waiting = [each for each in project.outputs if isinstance(each, FailSafe) and each.patient]
    there = Instrument(model.spec, (), model, project.mapping, waiting, engine.tell, scope=False)
    try:
        for event in there.interrupted(message.labels):
            engine.link.send(c.Happened(event.kind, event.label, event.value, 0.0))
    finally:
        there.close()
