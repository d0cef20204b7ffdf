"""Can every country of the world be said, and does each place have its name in the three languages?"""

from collections import Counter
from dataclasses import replace

import pytest

from components.text import LANGUAGES, Text, words
from data.intake.fields import fields
from data.intake.lexicon import find_places, suggest_values
from data.intake.recipe import Recipe
from data.places import countries, gazetteer, read_reference
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


# ---------------------------------------------------------------- regions, districts and cities

REGION = fields("figures")["region"]
# How many regions of the first level ISO 3166-2 knows.
REGIONS = {"KZ": 20, "KG": 9, "UZ": 14, "TJ": 5, "RU": 83, "UA": 27, "GE": 12, "AM": 11, "MD": 37}


def region(country: str, *values: str) -> list[str | None]:
    found = suggest_values(REGION, values, country)
    return [found[value][0] if value in found else None for value in values]


def test_the_gazetteer_has_each_region_once_and_what_is_in_them():
    places = gazetteer()
    codes = [place.code for place in places]
    assert len(codes) == len(set(codes))
    regions = [place for place in places if place.level == "region"]
    assert Counter(place.country for place in regions) == REGIONS
    assert {(place.code, place.country) for place in regions} == {
        (row["region"], row["country"]) for row in read_reference("regions")
    }
    for place in places:
        assert place.level in {"region", "district", "city"}
        assert "" not in {place.en, place.ru, place.kk}
        assert place.code.startswith(f"{place.country}-")
        assert place.parent == "" if place.level == "region" else place.parent in codes
        assert all(name == name.strip() for name in place.written)
    with_districts = {place.parent for place in places if place.level == "district"}
    assert with_districts == {place.code for place in regions if place.country == "KZ"}, "each region has its districts"


@pytest.mark.parametrize("country", REGIONS)
def test_every_name_of_a_region_means_it_or_two_and_then_none(country):
    for place in gazetteer():
        if place.country == country and place.level == "region":
            for name in place.written:
                assert region(country, name) in ([place.code], [None]), name
            assert region(country, place.ru) == region(country, place.en) == [place.code]


@pytest.mark.parametrize(
    ("country", "code", "names"),
    [
        ("KG", "KG-C", ["Чуйская область", "Чүй облусу", "Chuy Region", "Чуйская обл.", "Chüy"]),
        ("KG", "KG-GB", ["Бишкек", "г. Бишкек", "Bishkek", "Фрунзе", "Бишкек шаары"]),
        ("UZ", "UZ-FA", ["Ферганская область", "Farg'ona viloyati", "Фарғона вилояти", "Fergana"]),
        ("UZ", "UZ-QR", ["Каракалпакстан", "Республика Каракалпакстан", "Qoraqalpog'iston Respublikasi"]),
        ("TJ", "TJ-GB", ["ГБАО", "GBAO", "Горно-Бадахшанская автономная область"]),
        ("TJ", "TJ-SU", ["Согдийская область", "Суғд", "Ленинабадская область"]),
        ("RU", "RU-CE", ["Чечня", "Чеченская Республика", "Chechnya"]),
        ("RU", "RU-SVE", ["Свердловская область", "Свердловская", "Sverdlovsk Oblast", "Свердловская обл"]),
        ("UA", "UA-63", ["Харківська область", "Харьковская область", "Kharkiv Oblast", "Харківська"]),
        ("UA", "UA-30", ["Київ", "Киев", "м. Київ", "Kyiv"]),
        ("UA", "UA-43", ["Крым", "АР Крим", "Crimea"]),
        ("GE", "GE-AJ", ["Аджария", "აჭარა", "Adjara"]),
        ("AM", "AM-ER", ["Ереван", "Երևան", "Yerevan"]),
        ("AM", "AM-LO", ["Лори", "Լոռու մարզ", "Lori Province", "Лорийская область"]),
        ("MD", "MD-CU", ["Кишинев", "Chișinău", "Chisinau", "municipiul Chișinău"]),
        ("MD", "MD-GA", ["Гагаузия", "UTA Găgăuzia", "Gagauz Yeri"]),
        ("KZ", "KZ-10", ["Семипалатинская область", "Абайская область", "Абай облысы"]),
        ("KZ", "KZ-71", ["Целиноград", "Нур-Султан", "Астана", "Nur-Sultan"]),
        ("KZ", "KZ-61", ["Южно-Казахстанская область", "ЮКО", "ОҚО", "Туркестанская область"]),
        ("KZ", "KZ-31", ["Джамбулская область", "Жамбыл облысы"]),
    ],
)
def test_a_region_is_known_in_its_own_language_and_by_older_names(country, code, names):
    assert [region(country, name) for name in names] == [[code]] * len(names)


@pytest.mark.parametrize(
    ("country", "value"),
    [
        *(("KZ", "Талгар"), ("KZ", "Талгарский район"), ("KZ", "Жамбылский район"), ("KZ", "Актогай ауданы")),
        *(("KZ", "Харківська область"), ("UA", "Акмолинская область"), ("RU", "Севастополь"), ("RU", "Крым")),
        *(("KG", "Ош"), ("RU", "Алтай"), ("UA", "Харківська і Одеська"), ("SN", "Dakar"), ("KZ", "Иные")),
    ],
)
def test_a_district_and_a_region_of_another_country_are_no_region_of_this_one(country, value):
    assert region(country, value) == [None]


def test_a_city_beside_its_other_name_makes_the_short_one_doubtful():
    assert region("UZ", "Tashkent", "Tashkent Region") == ["UZ-TK", "UZ-TO"]
    assert region("UZ", "Tashkent", "Tashkent City") == [None, "UZ-TK"]


@pytest.mark.parametrize(
    ("name", "level", "parent"),
    [
        *(
            ("Талгарский район", "district", "KZ-19"),
            ("Талғар ауданы", "district", "KZ-19"),
            ("Талгар", "district", "KZ-19"),
        ),
        *(("Риддер", "city", "KZ-63"), ("г. Лениногорск", None, ""), ("Өскемен", "city", "KZ-63")),
        *(
            ("Бостандыкский район", "district", "KZ-75"),
            ("Узген", "city", "KG-O"),
            ("Тарановский район", "district", "KZ-39"),
        ),
    ],
)
def test_a_district_or_city_is_found_with_the_region_that_it_is_in(name, level, parent):
    assert [(place.level, place.parent) for place in find_places(name)] == ([(level, parent)] if level else [])


def test_names_that_several_places_have_find_them_all_and_those_of_a_country_alone():
    assert {place.parent for place in find_places("Жамбылский район")} == {"KZ-19", "KZ-31", "KZ-59"}
    assert {place.country for place in find_places("Талас")} == {"KG"}
    assert find_places("Талас", "KZ") == []
    assert find_places("Ерлан Серікұлы") == find_places("район") == find_places("") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_region_of_another_country_is_shown_by_its_name(language):
    names = {"en": "Kharkiv Oblast", "ru": "Харьковская область", "kk": "Харьков облысы"}
    assert Text(language)("region.UA-63") == names[language]
    assert Text(language)("region.KZ-11").strip(), "those of the locales stay"
