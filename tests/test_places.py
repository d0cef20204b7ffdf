"""Can every country of the world be said, and does each place have its name in the three languages?"""

from dataclasses import replace

import pytest

from components.text import LANGUAGES, Text, words
from data.intake.recipe import Recipe
from data.places import countries
from data.uploads import UploadRefused
from tests.test_uploads import figures

TWO = [{"value_low": 20.0, "value_high": 20.0}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_and_a_form_for_sentences(language):
    assert len(countries()) == len(set(countries())) == 249
    for country in countries():
        assert words(language)[f"country.{country}"].strip()
        assert words(language)[f"country.{country}.in"].strip()
    assert len({words(language)[f"country.{country}"] for country in countries()}) == 249, "no two have one name"


def test_a_name_of_the_locales_stands_before_that_of_the_cldr():
    assert Text("ru")("country.KG") == "Кыргызстан"
    assert Text("ru")("country.KG.in") == "в Кыргызстане"
    assert (Text("en")("country.SN.in"), Text("ru")("country.SN.in")) == ("in Senegal", "в стране: Сенегал")
    assert Text("kk")("country.EG") == "Мысыр"


@pytest.mark.parametrize("country", ["BD", "UA", "SN", "PG"])
def test_figures_of_any_country_may_be_published(store, country):
    assert Recipe("figures", constants={"country": country}).constants == {"country": country}
    (row,) = store.preview(figures(store, TWO, country=country)).counts.to_dict("records")
    assert (row["country"], row["low_after"]) == (country, 20)


@pytest.mark.parametrize("country", ["XX", "EU", "kz"])
def test_a_country_that_there_is_not_is_not_published(store, country):
    with pytest.raises(UploadRefused) as refused:
        store.preview(replace(figures(store, TWO), country=country))
    assert (refused.value.code, refused.value.detail) == ("unknown_code", country)
