"""Every example of the page on mappings is one: read, started and played; and the page leaves nothing out."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up_estimates import estimate

from gesturemap import catalog
from gesturemap.frames import Channel, Spec
from gesturemap.mapping.mapping import MappingRun, Source, told
from gesturemap.mapping.shape import SCALES
from gesturemap.mapping.sources import FORMS
from gesturemap.project.project import assemble
from gesturemap.project.read import settings_of
from gesturemap.project.text import updated

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_page_plays(text: str) -> None:
    settings = [catalog.read("mapping", table, "page") for table in tomllib.loads(text)["mapping"]]
    labels = ("circle", "line")
    source = Source(
        labels, (Channel("across"), Channel("up")), Spec.of("x", "y"), told=told(settings, labels)
    )
    run = MappingRun(settings, source)
    for i in range(20):
        row = estimate(i * 0.01, (0.8, 0.2), outputs=np.array([0.3, 0.6]), deviations=np.zeros(2))
        assert np.isfinite(run.step(row).values).all()


def test_every_kind_source_scale_and_setting_stands_on_the_page() -> None:
    for kind in catalog.kinds("mapping"):
        assert f'kind = "{kind}"' in PAGE
    for word in (*FORMS, *SCALES):
        assert f"`{word}`" in PAGE, word
    for kind in ("range", "formula", "blend", "space", "morph"):
        for name in catalog.find("mapping", kind, "page").__dataclass_fields__:
            assert re.search(rf"\b{name}\b", PAGE), f"{kind}: {name}"


def test_the_examples_survive_being_saved_and_edited() -> None:
    tables = [table for text in EXAMPLES for table in tomllib.loads(text)["mapping"]]
    project = assemble(
        {"project": {"name": "p"}, "input": {"kind": "osc"}, "model": {"kind": "gmm"}, "mapping": tables},
        "",
        "page",
    )
    fresh, _ = updated(b"", project, "page")
    assert settings_of(tomllib.loads(fresh), "page", "").mapping == project.mapping
    whole = '[project]\nname = "p"\n[input]\nkind = "osc"\n[model]\nkind = "gmm"\n' + "\n".join(EXAMPLES)
    same, kept = updated(whole.encode(), project, "page")
    assert kept
    assert tomllib.loads(same)["mapping"] == tables
    assert "# D" in same
    fewer = replace(project, mapping=project.mapping[3:])
    edited, kept = updated(whole.encode(), fewer, "page")
    assert kept
    assert settings_of(tomllib.loads(edited), "page", "").mapping == fewer.mapping
