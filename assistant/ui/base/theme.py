"""One look, light and dark, from the fonts that the reader's system has: nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"
STYLES = STATIC / "page.css"

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

_INK = gr.themes.Color(
    c50="#eef3fc",
    c100="#dde7f9",
    c200="#bdd0f3",
    c300="#92b1ea",
    c400="#7ea3ea",
    c500="#3d6fd1",
    c600="#2b59b8",
    c700="#234893",
    c800="#1e3c77",
    c900="#1a3260",
    c950="#122344",
    name="ink",
)


def theme() -> gr.themes.Base:
    """The theme of every tab; colours beyond it are variables on top of page.css."""
    look = gr.themes.Base(
        primary_hue=_INK,
        secondary_hue=_INK,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        font=[gr.themes.Font(name) for name in _SANS],
        font_mono=[gr.themes.Font(name) for name in _MONO],
    )
    return look.set(
        body_background_fill="#ffffff",
        body_background_fill_dark="#17181b",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#17181b",
        background_fill_secondary="#f7f6f3",
        background_fill_secondary_dark="#1f2125",
        block_background_fill="*background_fill_primary",
        block_background_fill_dark="*background_fill_primary",
        block_border_width="0px",
        block_shadow="none",
        block_title_text_color="*body_text_color_subdued",
        block_title_text_color_dark="*body_text_color_subdued",
        block_label_text_color="*body_text_color_subdued",
        block_label_text_color_dark="*body_text_color_subdued",
        border_color_primary="#e4e1da",
        border_color_primary_dark="#34373d",
        body_text_color="#1f2023",
        body_text_color_dark="#e8e6e1",
        body_text_color_subdued="#5f5e5a",
        body_text_color_subdued_dark="#a9a7a1",
        input_background_fill="*background_fill_primary",
        input_background_fill_dark="*background_fill_primary",
        input_border_color="*border_color_primary",
        input_border_color_dark="*border_color_primary",
        input_border_width="1px",
        checkbox_label_background_fill="*background_fill_primary",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="#ffffff",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_300",
    )
