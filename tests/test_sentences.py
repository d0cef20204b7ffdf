"""What does each chart say in words, and does it ever say more than its numbers bear out?

The sentences of the real figures stand here word for word, so that whoever changes a wording or a number sees it.
"""

# ruff: noqa: RUF001 – the sentences are Russian and Kazakh

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from components.charts import allegations_by_year, event_figures, ladder, stage_ratio, yearly_lines
from components.charts.shared.notes import write_n_line
from components.store import ask
from components.text import LANGUAGES, Text
from queries.measures.trend import Trend, trends
from tests.drawn import FEW, GRADE_A, GRADE_B, PUBLISHED, WHOLE, YEARS, answer
from tests.test_pages import PAGES, findings, opened

EN, RU, KK = map(Text, ("en", "ru", "kk"))
NBSP, HYPHEN = "\u00a0", "\u2011"  # «~» and «_» in what is expected: spaces and hyphens that no line breaks


def unbreakable(sentence: str) -> str:
    return sentence.replace("~", NBSP).replace("_", HYPHEN)


UNSAID = re.compile(r"[{}]|\bNone\b|\bnan\b|\bNaT\b|\binf\b")

# The findings of every chart of every page for Kazakhstan, in the order of the page.
FINDINGS: dict[str, dict[str, list[str]]] = {
    "en": {
        "allegations": [
            "Latest whole-year counts: official – 249 complaints (Ombudsman, 2019); non-governmental "
            "organisations – 283 complaints (Coalition of NGOs of Kazakhstan against Torture, 2023). They are "
            "never added together.",
            "Counts that cover more than one year: 2. Such counts are not shown on the yearly charts.",
            "Latest whole-year counts: official – 193 cases (body not named, 2024). They are never added together.",
            "Cases in which sources give different numbers for one stage and period: 2. The widest difference: "
            "offences registered, 2020 – 766 (official figures, quoted by Kazinform); 63 (Committee on Legal "
            "Statistics and Special Records).",
        ],
        "compare": [
            "Countries with this ratio: 3 – Kazakhstan, Kyrgyzstan, Moldova. Countries are set side by side and "
            "never ranked.",
        ],
        "overview": [
            "Of every 100 torture complaints, fewer than 2 led to prosecution.",
            "2012: 602 complaints, 18 investigations.",
            "Years without an official count of a whole year for the whole country: 7 of 19 (2007–2025) – "
            "2007–2008, 2014–2017, 2025.",
        ],
        "prosecutions": [
            "January–November 2015: complaints received – 119; cases sent to court – 11 (9.2 per 100). UN "
            "Committee against Torture: share of complaints that led to prosecution – less than 2% (18 November "
            "2008 – 27 November 2014, period inferred by us; counts not published).",
            "Official figures, quoted by Amnesty International, January–November 2015: complaints received – 119;"
            " cases sent to court – 11; persons convicted – 5; persons sentenced to imprisonment – 1.",
            "Cases decided by UN treaty bodies, 1 November 2013 – 15 October 2015, period inferred by us: victims"
            " compensated – 2; perpetrators punished – 0.",
        ],
        "sources_and_gaps": [
            "Years without an official count of a whole year for the whole country: 7 of 19 (2007–2025) – "
            "2007–2008, 2014–2017, 2025.",
        ],
        "trends": [
            "Offences registered, 2019–2022 (official figures, quoted by Kazinform): no clear trend. Break in "
            "series (17 March 2023) – law No. 212-VII signed: ill-treatment became the first part of article 146.",
            "No line has four whole years between two breaks, so no trend is stated. Break in series (2012) – the"
            " counting of official complaints probably changed.",
            "Investigations opened, 2009–2012 (official figures, quoted by Open Dialog Foundation): no clear trend.",
        ],
    },
    "ru": {
        "allegations": [
            "Последние данные за полный год: официальные данные – 249~жалоб (Уполномоченный по правам человека, "
            "2019~год); неправительственные организации (НПО) – 283~жалобы (Коалиция НПО Казахстана против пыток,"
            " 2023~год). Между собой эти числа не складываются.",
            "Чисел, охватывающих более одного года: 2. На годовых графиках такие числа не показаны.",
            "Последние данные за полный год: официальные данные – 193~дела (орган не назван, 2024~год). Между "
            "собой эти числа не складываются.",
            "Случаев, когда источники дают разные числа по одной стадии за один и тот же период: 2. Наибольшее "
            "расхождение: зарегистрировано уголовных правонарушений, 2020~год – 766 (официальные данные, по "
            "сообщению Казинформа); 63 (Комитет по правовой статистике и специальным учетам Генеральной "
            "прокуратуры).",
        ],
        "compare": [
            "Стран, по которым есть это отношение: 3 – Казахстан, Кыргызстан, Молдова. Страны приводятся рядом и "
            "не ранжируются.",
        ],
        "overview": [
            "Из каждых 100~жалоб на пытки до уголовного преследования дошло менее 2.",
            "2012~год: 602~жалобы, 18~расследований.",
            "Годы без официальных данных за полный год по всей стране: 7 из 19 (2007–2025) – 2007–2008, "
            "2014–2017, 2025.",
        ],
        "prosecutions": [
            "Январь–ноябрь 2015~года: поступило жалоб – 119; направлено дел в суд – 11 (9,2 на 100). По данным "
            "источника (Комитет ООН против пыток), доля жалоб, по которым начато уголовное преследование, – менее"
            " 2~% (18~ноября 2008~года – 27~ноября 2014~года, период определен нами; абсолютные числа не "
            "опубликованы).",
            "Официальные данные, по сообщению Amnesty International, январь–ноябрь 2015~года: поступило жалоб – "
            "119; направлено дел в суд – 11; осуждено лиц – 5; приговорено к лишению свободы лиц – 1.",
            "Дела, по которым приняты решения договорных органов ООН (1~ноября 2013~года – 15~октября 2015~года, "
            "период определен нами): потерпевших, получивших компенсацию, – 2; наказанных виновных – 0.",
        ],
        "sources_and_gaps": [
            "Годы без официальных данных за полный год по всей стране: 7 из 19 (2007–2025) – 2007–2008, "
            "2014–2017, 2025.",
        ],
        "trends": [
            "Зарегистрировано уголовных правонарушений, 2019–2022~годы (официальные данные, по сообщению "
            "Казинформа): явной тенденции нет. Разрыв ряда (17~марта 2023~года) – подписан Закон №~212-VII; "
            "жестокое обращение стало частью первой статьи 146~УК.",
            "Ни в одном ряду нет четырех полных лет между разрывами, поэтому вывод о тенденции не делается. "
            "Разрыв ряда (2012~год) – вероятно, изменился предмет подсчета в официальных данных о жалобах.",
            "Начато расследований, 2009–2012~годы (официальные данные, по сообщению фонда «Открытый диалог»): "
            "явной тенденции нет.",
        ],
    },
    "kk": {
        "allegations": [
            "Толық жыл бойынша соңғы дерек: ресми деректер – 249~шағым (Адам құқықтары жөніндегі уәкіл, "
            "2019~жыл); үкіметтік емес ұйымдар (ҮЕҰ) – 283~шағым (Қазақстанның азаптауға қарсы ҮЕҰ коалициясы, "
            "2023~жыл). Бұл сандар өзара қосылмайды.",
            "Бірнеше жылды қамтитын сандар: 2. Мұндай сандар жылдық диаграммаларда көрсетілмейді.",
            "Толық жыл бойынша соңғы дерек: ресми деректер – 193~іс (орган аталмаған, 2024~жыл). Бұл сандар өзара"
            " қосылмайды.",
            "Дереккөздер бір саты мен бір кезең бойынша әртүрлі сан келтірген жағдай: 2. Ең үлкен айырмашылық: "
            "тіркелген қылмыстық құқық бұзушылық, 2020~жыл – 766 (ресми деректер, Қазинформ мәліметі бойынша); 63"
            " (Бас прокуратураның Құқықтық статистика және арнайы есепке алу жөніндегі комитеті).",
        ],
        "compare": [
            "Осы арақатынас бойынша дерегі бар ел: 3 – Қазақстан, Қырғызстан, Молдова. Елдер қатар келтіріледі, "
            "рейтинг жасалмайды.",
        ],
        "overview": [
            "Азаптау туралы әрбір 100~шағымнан қылмыстық қудалауға жеткені – 2-ден аз.",
            "2012~жыл: 602~шағым, 18~тергеу ісі.",
            "Бүкіл ел бойынша толық жылды қамтитын ресми дерек табылмаған жылдар саны – 7, барлығы 19~жыл "
            "(2007–2025): 2007–2008, 2014–2017, 2025.",
        ],
        "prosecutions": [
            "2015~жылғы қаңтар–қараша: түскен шағым – 119; сотқа жолданған іс – 11 (100_ге шаққанда 9,2). БҰҰ_ның"
            " Азаптауға қарсы комитеті: қылмыстық қудалау басталған шағымдардың үлесі – 2%_дан кем (2008~жылғы "
            "18~қараша – 2014~жылғы 27~қараша, кезеңін біз анықтадық; абсолютті сандар жарияланбаған).",
            "Ресми деректер, Amnesty International мәліметі бойынша, 2015~жылғы қаңтар–қараша: түскен шағым – "
            "119; сотқа жолданған іс – 11; сотталған адам – 5; бас бостандығынан айыруға сотталған адам – 1.",
            "БҰҰ_ның шарттық органдары шешім қабылдаған істер бойынша (2013~жылғы 1~қараша – 2015~жылғы 15~қазан,"
            " кезеңін біз анықтадық): өтемақы алған жәбірленуші – 2; жазаланған кінәлі – 0.",
        ],
        "sources_and_gaps": [
            "Бүкіл ел бойынша толық жылды қамтитын ресми дерек табылмаған жылдар саны – 7, барлығы 19~жыл "
            "(2007–2025): 2007–2008, 2014–2017, 2025.",
        ],
        "trends": [
            "Тіркелген қылмыстық құқық бұзушылық, 2019–2022~жылдар (ресми деректер, Қазинформ мәліметі бойынша): "
            "айқын үрдіс жоқ. Қатардың үзілуі (2023~жылғы 17~наурыз) – №~212-VII Заңға қол қойылды; қатыгез "
            "қарым-қатынас ҚК 146_бабының бірінші бөлігі болды.",
            "Екі үзілістің арасында төрт толық жылы бар қатар жоқ, сондықтан үрдіс туралы қорытынды жасалмайды. "
            "Қатардың үзілуі (2012~жыл) – ресми деректердегі шағымдарды есептеу тәсілі өзгерген болса керек.",
            "Басталған тергеп-тексеру, 2009–2012~жылдар (ресми деректер, «Открытый диалог» қоры мәліметі "
            "бойынша): айқын үрдіс жоқ.",
        ],
    },
}
JANUARY_2022 = {
    "en": {
        "Commissioner for Human Rights (Ombudsman), 2 January – 31 December 2022; coverage – January 2022 "
        "events: complaints received – 110 (31 Dec 2022); investigations opened – about 200 (23 Feb 2022).",
        "Government of Kazakhstan, 5 January 2022 – 3 May 2023; coverage – January 2022 events: "
        "investigations opened – 329 (3 May 2023).",
        "Ministry of Internal Affairs, 5–31 January 2022; coverage – January 2022 events: complaints received"
        " – 27 (31 Jan 2022); investigations opened – 7 (31 Jan 2022).",
        "Prosecutor General's Office, 5 January 2022 – 31 March 2023; coverage – January 2022 events: "
        "complaints received – 301 (14 Mar 2022); investigations opened – 243 (14 Mar 2022); persons under "
        "investigation – 29 (31 Dec 2022); persons prosecuted – 8 (31 Dec 2022); cases sent to court – 2 (31 "
        "Dec 2022); persons sentenced to imprisonment – 9 (31 Mar 2023).",
    },
    "ru": {
        "Генеральная прокуратура, 5~января 2022~года – 31~марта 2023~года; охват – Январские события "
        "2022~года: поступило жалоб – 301 (14.03.2022); начато расследований – 243 (14.03.2022); начато "
        "расследование в отношении лиц – 29 (31.12.2022); привлечено к уголовной ответственности лиц – 8 "
        "(31.12.2022); направлено дел в суд – 2 (31.12.2022); приговорено к лишению свободы лиц – 9 "
        "(31.03.2023).",
        "Министерство внутренних дел (МВД), 5–31~января 2022~года; охват – Январские события 2022~года: "
        "поступило жалоб – 27 (31.01.2022); начато расследований – 7 (31.01.2022).",
        "Правительство Казахстана, 5~января 2022~года – 3~мая 2023~года; охват – Январские события 2022~года:"
        " начато расследований – 329 (03.05.2023).",
        "Уполномоченный по правам человека (омбудсмен), 2~января – 31~декабря 2022~года; охват – Январские "
        "события 2022~года: поступило жалоб – 110 (31.12.2022); начато расследований – около 200 "
        "(23.02.2022).",
    },
    "kk": {
        "Ішкі істер министрлігі (ІІМ), 2022~жылғы 5–31~қаңтар; қамту аясы – 2022~жылғы Қаңтар оқиғасы: түскен"
        " шағым – 27 (31.01.2022); басталған тергеп-тексеру – 7 (31.01.2022).",
        "Адам құқықтары жөніндегі уәкіл (омбудсмен), 2022~жылғы 2~қаңтар – 31~желтоқсан; қамту аясы – "
        "2022~жылғы Қаңтар оқиғасы: түскен шағым – 110 (31.12.2022); басталған тергеп-тексеру – шамамен 200 "
        "(23.02.2022).",
        "Бас прокуратура, 2022~жылғы 5~қаңтар – 2023~жылғы 31~наурыз; қамту аясы – 2022~жылғы Қаңтар оқиғасы:"
        " түскен шағым – 301 (14.03.2022); басталған тергеп-тексеру – 243 (14.03.2022); өзіне қатысты "
        "тергеп-тексеру басталған адам – 29 (31.12.2022); қылмыстық жауаптылыққа тартылған адам – 8 "
        "(31.12.2022); сотқа жолданған іс – 2 (31.12.2022); бас бостандығынан айыруға сотталған адам – 9 "
        "(31.03.2023).",
        "Қазақстан Үкіметі, 2022~жылғы 5~қаңтар – 2023~жылғы 3~мамыр; қамту аясы – 2022~жылғы Қаңтар оқиғасы:"
        " басталған тергеп-тексеру – 329 (03.05.2023).",
    },
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_of_a_page_for_kazakhstan(page, language):
    assert findings(opened(page, language)) == [unbreakable(said) for said in FINDINGS[language][page]]


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_the_ladders_of_the_january_2022_events_are_told_by_their_latest_dates_and_never_mixed(text):
    told = {said for said in _ladders(text) if text("scope_detail.january_2022") in said}
    assert told == {unbreakable(said) for said in JANUARY_2022[text.language]}


def _ladders(text: Text) -> Iterator[str]:
    for row in ask("ladders", country="KZ").to_dict("records"):
        frame = ask(
            "ladder",
            country="KZ",
            **{name: row[name] for name in ("compiler", "document", "scope", "scope_detail")},
            period_start=f"{row['period_start']:%Y-%m-%d}",
            period_end=f"{row['period_end']:%Y-%m-%d}",
        ).assign(country="KZ", **{name: row[name] for name in ("compiler", "scope", "scope_detail")})
        yield ladder.write_finding(frame, text, is_event=bool(row["is_event"]))


# No more than the numbers bear out ------------------------------------------------------

OF_THESE = {"en": "of these", "ru": "из них", "kk": "оның ішінде"}
FOLLOWED = [
    {"id": "all", "value": 176, "year": 2014},
    {"id": "of", "stage": "investigation_opened", "value": 31, "year": 2014, "followed_from": "all"},
]


def told(given: Any, figures: list[dict[str, Any]], text: Text, **asked: Any) -> str:
    return stage_ratio.write_finding(answer(given, figures, "stage_ratio", **asked), text)


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_of_these_is_said_only_where_the_source_followed_the_same_complaints(given, text):
    assert OF_THESE[text.language] in told(given, FOLLOWED, text)
    assert OF_THESE[text.language] not in told(given, [{**row, "followed_from": None} for row in FOLLOWED], text)
    assert OF_THESE[text.language] not in told(given, GRADE_A, text)
    assert OF_THESE[text.language] not in told(given, GRADE_B, text)


def test_a_followed_share_is_told_with_its_interval(given):
    assert told(given, FOLLOWED, EN) == (
        "2014: complaints received – 176; of these, investigation opened, complaints – 31 "
        "(17.6%; 95% confidence interval: 12.7–23.9%)."
    )


def test_two_units_are_told_side_by_side_and_per_100(given):
    assert [told(given, GRADE_B, text) for text in (EN, RU, KK)] == [
        "2012: complaints received – 602; investigations opened – 18 (3.0 per 100).",
        unbreakable("2012~год: поступило жалоб – 602; начато расследований – 18 (3,0 на 100)."),
        unbreakable("2012~жыл: түскен шағым – 602; басталған тергеп-тексеру – 18 (100_ге шаққанда 3,0)."),
    ]


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_no_per_cent_is_told_where_it_is_withheld(given, text):
    said = told(given, FEW, text)
    assert "%" not in said
    assert "28" not in said
    assert text("chart.withheld") in said
    assert "7" in said


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_no_share_is_told_above_100_or_of_nothing(given, text):
    above = told(given, [GRADE_A[0], {**GRADE_A[1], "value": 70}], text)
    of_nothing = told(given, [{**GRADE_A[0], "value": 0}, {**GRADE_A[1], "value": 0}], text)
    assert text("chart.above_100") in above
    assert text("chart.no_denominator") in of_nothing or text("finding.ratio_none") == of_nothing
    assert "%" not in above + of_nothing


def test_two_compilers_never_make_the_headline(given):
    # Per complaint stands before per registered offence, but these complaints were counted by somebody else.
    complaints = {"id": "c-of", "compiler": "ombudsman", "unit": "cases", "value": 40, "year": 2013}
    said = told(given, [*GRADE_A, complaints], EN, with_c=True)
    assert said.startswith("2013: offences registered – 63; cases sent to court – 11")
    assert "40" not in said


def test_a_prosecution_per_complaint_is_told_before_one_per_registered_offence_and_before_an_investigation(given):
    court = {"id": "court", "stage": "sent_to_court", "unit": "cases", "value": 5, "year": 2012}
    assert "cases sent to court – 5" in told(given, [*GRADE_B, court, *GRADE_A], EN)


def test_a_published_per_cent_is_told_as_the_bound_it_is_with_n_not_published(given):
    said = [told(given, [PUBLISHED], text) for text in (EN, RU, KK)]
    assert "less than 2%" in said[0]
    assert f"менее 2{NBSP}%" in said[1]
    assert f"2%{HYPHEN}дан кем" in said[2]
    assert all(text("chart.n_not_published") in each for text, each in zip((EN, RU, KK), said, strict=True))
    assert not any("per 100" in each or "95" in each for each in said)


@pytest.mark.parametrize(
    ("numerator", "denominator", "en", "ru", "kk"),
    [
        (
            "investigation_opened",
            "complaint",
            "share of complaints that led to an investigation – less than 2%",
            "доля жалоб, по которым начато расследование, – менее 2~%",
            "тергеп-тексеру басталған шағымдардың үлесі – 2%_дан кем",
        ),
        (
            "terminated",
            "complaint",
            "share of complaints whose cases were closed – less than 2%",
            "доля жалоб, дела по которым прекращены, – менее 2~%",
            "ісі тоқтатылған шағымдардың үлесі – 2%_дан кем",
        ),
        # A pair that nobody has worded.
        (
            "imprisoned",
            "convicted",
            "share of «convicted» that reached «sentenced to imprisonment» – less than 2%",
            "доля того, что прошло от стадии «осуждены» до стадии «приговорены к лишению свободы», – менее 2~%",
            "«сотталды» сатысынан «бас бостандығынан айыруға сотталды» сатысына жеткендердің үлесі – 2%_дан кем",
        ),
    ],
)
def test_a_published_per_cent_is_told_as_a_share_and_not_as_a_fraction_of_labels(
    given, numerator, denominator, en, ru, kk
):
    row = {**PUBLISHED, "stage": numerator, "denominator_stage": denominator}
    for text, words in ((EN, en), (RU, ru), (KK, kk)):
        said = told(given, [row], text)
        assert unbreakable(words) in said
        assert " / " not in said


def test_one_number_of_an_event_has_one_date_and_does_not_accumulate(given):
    event = {"dataset": "ngo", "compiler": "ngo_coalition", "unit": "cases", "scope": "event"}
    event |= {"scope_detail": "january_2022", "period_start": "2022-01-05"}
    first = {"id": "first", "value": 19, "period_end": "2022-01-19", **event}
    later = {"id": "later", "value": 24, "period_end": "2022-02-01", **event}
    asked = {"scope": "event", "scope_detail": "january_2022"}

    def said(figures: list[dict[str, Any]], text: Text) -> str:
        return event_figures.write_finding(answer(given, figures, "event_figures", **asked), text)

    assert [said([first], text) for text in (EN, RU, KK)] == [
        "January 2022 events: cases reported (Coalition of NGOs of Kazakhstan against Torture) – 19 (19 Jan 2022).",
        unbreakable(
            "Январские события 2022~года: учтено случаев (Коалиция НПО Казахстана против пыток) – 19 (19.01.2022)."
        ),
        unbreakable(
            "2022~жылғы Қаңтар оқиғасы: хабарланған жағдай (Қазақстанның азаптауға қарсы ҮЕҰ коалициясы) – 19 "
            "(19.01.2022)."
        ),
    ]
    assert "19 → 24; 19.01.2022 – 01.02.2022. Числа даны нарастающим итогом" in said([first, later], RU)


def test_a_bound_in_a_pair_stays_a_bound(given):
    figures = [GRADE_B[0], {**GRADE_B[1], "value": None, "low": 18, "qualifier": "more_than"}]
    assert [told(given, figures, text) for text in (EN, RU, KK)] == [
        "2012: complaints received – 602; investigations opened – more than 18 (>3.0 per 100).",
        unbreakable("2012~год: поступило жалоб – 602; начато расследований – более 18 (>3,0 на 100)."),
        unbreakable("2012~жыл: түскен шағым – 602; басталған тергеп-тексеру – 18_ден астам (100_ге шаққанда >3,0)."),
    ]


MOVED = {"en": ("rose", "fell"), "ru": ("рост", "снижение"), "kk": ("өсті", "төмендеді")}


def lines_told(given: Any, values: dict[int, int], text: Text) -> str:
    figures = [{"id": f"y{year}", "value": value, "year": year} for year, value in values.items()]
    frame = answer(given, figures, "yearly_lines", {"breaks": []})
    return yearly_lines.write_finding(frame, trends(frame), pd.DataFrame({"breaks_series": []}), text)


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_rose_and_fell_are_told_only_where_the_trend_says_so(given, text):
    rose, fell = MOVED[text.language]
    up = lines_told(given, {2009 + i: round(100 * 1.4**i) for i in range(6)}, text)
    down = lines_told(given, {2009 + i: round(600 / 1.4**i) for i in range(6)}, text)
    unclear = lines_told(given, {2009: 100, 2010: 300, 2011: 90, 2012: 250, 2013: 120}, text)
    few = lines_told(given, {2009: 100, 2010: 10}, text)
    assert rose in up
    assert fell not in up
    assert fell in down
    assert rose not in down
    assert text("finding.trend_none") in unclear
    assert text("finding.trend_too_few") in few
    assert not any(word in said for said in (unclear, few) for word in (rose, fell))


def test_a_trend_is_told_with_its_interval_and_never_as_a_p_value():
    fell = Trend("line", 2009, 2014, 6, 0, "fell", -31.4, -12.2, -22.0, 1.0, 0.01)
    rose = Trend("line", 2009, 2014, 6, 0, "rose", 12.2, 31.4, 22.0, 1.0, 0.01)
    assert [yearly_lines.describe_trend(fell, text) for text in (EN, RU, KK)] == [
        "fell by 12 to 31% a year",
        f"снижение на 12–31{NBSP}% в год",
        f"жылына 12–31%{HYPHEN}ға төмендеді",
    ]
    assert [yearly_lines.describe_trend(rose, text) for text in (EN, RU, KK)] == [
        "rose by 12 to 31% a year",
        f"рост на 12–31{NBSP}% в год",
        f"жылына 12–31%{HYPHEN}ға өсті",
    ]


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_a_country_whose_breaks_nobody_reviewed_has_no_trend_and_says_so(given, text):
    figures = [{**row, "country": "KG", "compiler": "prosecutor_general"} for row in YEARS]
    frame = answer(given, figures, "yearly_lines", country="KG")
    said = yearly_lines.write_finding(frame, trends(frame), pd.DataFrame({"breaks_series": []}), text)
    assert said == text("finding.trend_not_reviewed")


def test_a_sentence_changes_with_every_filter(given):
    ngo = {"id": "ngo", "dataset": "ngo", "compiler": "kibhr", "value": 50, "year": 2013}
    penal = {"id": "penal", "value": 7, "year": 2012, "scope": "institution", "scope_detail": "penal_institutions"}
    figures = [WHOLE, {**WHOLE, "id": "before", "value": 52, "year": 2011}, ngo, penal]

    def said(**asked: Any) -> str:
        return allegations_by_year.write_finding(answer(given, figures, "allegations_by_year", **asked), EN)

    assert "602 complaints" in said()
    assert "50 complaints" in said()
    assert "602" not in said(compilers=["kibhr"])
    assert "52 complaints" in said(year_to=2011)
    assert "7 complaints" in said(scope="institution", scope_detail="penal_institutions")


def test_a_sentence_about_a_part_names_the_part(given):
    penal = {"value": 7, "year": 2012, "scope": "institution", "scope_detail": "penal_institutions"}
    part = {"scope": "institution", "scope_detail": "penal_institutions"}
    figures = [{"id": "one", **penal}, {"id": "two", **penal, "stage": "convicted", "unit": "persons", "value": 1}]
    counts = answer(given, figures, "allegations_by_year", **part)
    ratio = answer(given, figures, "stage_ratio", **part)
    for text, name in (
        (EN, "2012; coverage – penal institutions"),
        (RU, f"2012{NBSP}год; охват – учреждения уголовно-исполнительной системы"),
        (KK, f"2012{NBSP}жыл; қамту аясы – қылмыстық-атқару жүйесі мекемелері"),
    ):
        assert f"{name})" in allegations_by_year.write_finding(counts, text)
        assert f"{name}: " in stage_ratio.write_finding(ratio, text)


def test_a_part_of_a_year_is_named_in_the_sentence(given):
    part = {"id": "part", "value": 304, "period_start": "2013-01-01", "period_end": "2013-05-31"}
    said = allegations_by_year.write_finding(answer(given, [part], "allegations_by_year"), RU)
    assert f"304{NBSP}жалобы" in said
    assert f"январь–май 2013{NBSP}года" in said


def test_a_typical_yearly_number_is_never_the_latest_count(given):
    rate = {"id": "rate", "value": 700, "qualifier": "about", "period_kind": "yearly_rate", "year": 2013}
    assert "700" not in allegations_by_year.write_finding(answer(given, [WHOLE, rate], "allegations_by_year"), EN)


@pytest.mark.parametrize("n", [1, 2, 21])
def test_the_line_of_n_needs_no_inflection(given, n):
    figures = [{"id": f"f{i}", "value": i, "year": 2000 + i} for i in range(1, n + 1)]
    said = [write_n_line(answer(given, figures, "allegations_by_year"), text) for text in (EN, RU, KK)]
    for words, each in zip(("n = {}", "Опубликованных чисел: {};", "Жарияланған сандар: {};"), said, strict=True):
        assert words.format(n) in each
    assert not re.search(r"\d+ чисел", said[1])


def test_the_line_of_n_names_the_country_that_all_rows_are_of(given):
    frame = answer(given, [WHOLE], "allegations_by_year")
    assert [write_n_line(frame, text).split(" · ")[0] for text in (EN, RU, KK)] == [
        *("Kazakhstan", "Казахстан", "Қазақстан")
    ]
    two = pd.concat([frame, frame.assign(country="KG", compiler="prosecutor_general")])
    assert write_n_line(two, EN).startswith("n = ")


def test_an_uploaded_list_is_said_beside_the_record_and_never_in_its_place(given):
    ngo = {"id": "ngo", "dataset": "ngo", "compiler": "kibhr", "value": 50, "year": 2013}
    later = {"id": "later", "compiler": "ombudsman", "value": 9, "year": 2014}
    frame = answer(given, [WHOLE, ngo, later], "allegations_by_year")
    frame["compiler"] = frame["compiler"].replace({"kibhr": "upload_1", "ombudsman": "upload_2"})
    said = allegations_by_year.write_finding(frame, Text("en", {"upload_1": "Centre", "upload_2": "Ministry"}))
    places = [said.find(f"– {number} complaints") for number in (602, 9, 50)]
    assert -1 not in places, said
    assert places == sorted(places)
