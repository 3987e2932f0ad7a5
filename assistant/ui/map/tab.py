"""The Map tab: every paper as a point, and a corner of them as the scope of the chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from assistant.ui.base.theme import STATIC
from assistant.ui.map.atlas import Atlases, packed

if TYPE_CHECKING:
    from assistant.answering import Assistant


@dataclass(frozen=True, slots=True)
class MapTab:
    """The parts of the tab that others listen to."""

    tab: gr.Tab
    map: gr.HTML
    atlases: Atlases


def map_tab(assistant: Assistant) -> MapTab:
    """Lay the tab out; map.js asks for what it draws when it is first looked at, and again when the library changed."""
    atlases = Atlases(assistant)
    with gr.Tab(texts.MAP, id="map", scale=1) as tab:
        drawn = gr.HTML(
            "",
            html_template=rendered("map"),
            js_on_load=(STATIC / "map.js").read_text(encoding="utf-8"),
            server_functions=server_functions(atlases),
            elem_id="map",
            apply_default_css=False,
        )
    tab.select(lambda: assistant.index.version, None, drawn, api_visibility="private", show_progress="hidden")
    return MapTab(tab, drawn, atlases)


def server_functions(atlases: Atlases) -> list[Callable[..., Any]]:
    """What map.js can ask for, by these names."""

    def map_points(_: object = None) -> dict[str, Any]:
        atlas = atlases.current()
        clusters = [{"name": c.name, "x": c.x, "y": c.y, "size": c.size} for c in atlas.clusters[1]]
        return {"points": packed(atlas.points), "clusters": clusters, "colourings": list(atlas.colourings)}

    def map_colours(name: str) -> dict[str, Any]:
        colouring = atlases.current().coloured_by(str(name))
        return {"labels": list(colouring.labels), "values": packed(colouring.values)}

    def map_titles(places: list[int]) -> list[dict[str, str]]:
        return atlases.current().titles([int(place) for place in places])

    def map_places(paper_ids: list[str]) -> list[int]:
        return atlases.current().places_of([str(paper_id) for paper_id in paper_ids])

    return [map_points, map_colours, map_titles, map_places]
