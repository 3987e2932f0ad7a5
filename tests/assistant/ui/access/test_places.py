"""Which library and language an address leads to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ui.access.places import Place, place_of, wanted_language
from assistant.ui.access.routes import is_served


@pytest.mark.parametrize(
    ("path", "place", "rest"),
    [
        ("/", Place(), "/"),
        ("/de/", Place("", "de"), "/"),
        ("/library/bees/gradio_api/info", Place("bees"), "/gradio_api/info"),
        ("/library/bees/zh/", Place("bees", "zh"), "/"),
        ("/libraries/bees", Place(), "/libraries/bees"),
        ("/design", Place(), "/design"),
        ("/library/../x", Place(), "/library/../x"),
    ],
)
def test_a_path_is_a_place_and_a_rest(path: str, place: Place, rest: str) -> None:
    assert place_of(path) == (place, rest)


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True), st.sampled_from(["", "de", "zh"]))
def test_a_places_own_address_leads_back_to_it(library: str, language: str) -> None:
    place = Place(library, language)
    assert place_of(f"{place.prefix}/config") == (place, "/config")
    assert place.root.count("..") == place.prefix.count("/")


def test_no_place_makes_a_path_served_that_is_not() -> None:
    assert not is_served(place_of("/library/bees/monitoring")[1])
    assert not is_served(place_of("/de/de/")[1])


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,de;q=0.3", "en"),
        ("fr,zh;q=0.5", "zh"),
        ("fr", "en"),
        ("", "en"),
        (";q=", "en"),
    ],
)
def test_the_language_that_is_wanted_most(header: str, wanted: str) -> None:
    assert wanted_language(header, "en") == wanted
