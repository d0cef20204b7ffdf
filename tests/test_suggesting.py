# The letters of two alphabets are the subject here.
# ruff: noqa: RUF001
"""Is each column of a file of this trade suggested to be what its header says, in the languages of those who keep them?

What says two things equally well is suggested for nothing, and no column about an officer is taken for the victim's.
"""

from datetime import date

import pytest

from data.intake.fields import fields
from data.intake.lexicon import suggest_values
from data.intake.suggesting import Suggestion, is_about_officer, is_personal, suggest_columns, suggest_counts

TODAY = date(2026, 11, 28)
DAYS = ["2019-01-10", "2019-02-11", "2020-03-12"]
LATER = ["2020-01-10", "2020-02-11", "2021-03-12"]
IDS = ["100000", "100001", "100002"]
COUNTS = ["3", "0", "15"]


def suggested(shape: str = "cases", **columns: list[str]) -> dict[str, str]:
    """Header -> field; a header is written with «__» for a space."""
    return suggest({header.replace("__", " "): cells for header, cells in columns.items()}, shape)


def suggest(samples: dict[str, list[str]], shape: str = "cases") -> dict[str, str]:
    return {one.header: one.field for one in suggest_columns(list(samples), samples, shape, TODAY)}


# ---------------------------------------------------------------- dates


def test_the_day_of_a_complaint_stands_before_that_of_an_incident():
    assert suggested(
        cr_id=IDS, incident_date=DAYS, complaint_date=DAYS, closed_date=LATER, current_status=["CLOSED/FINAL", "OPEN"]
    ) == {
        "cr_id": "case_id",
        "complaint_date": "allegation_date",
        "closed_date": "decided_on",
        "current_status": "outcome",
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(
            ("received", "incident_date"),
            ("Complaint Received Date", "Date of Incident"),
            ("DateFiled", "DateOccurred"),
        ),
        *(("Дата жалобы", "Дата инцидента"), ("Дата поступления", "Дата регистрации"), ("Шағым күні", "Оқиға күні")),
        *(("Fecha de la denuncia", "Fecha de los hechos"), ("Data da denúncia", "Data do fato")),
        *(("Data della denuncia", "Data dei fatti"), ("Date de la plainte", "Date des faits")),
        *(("Дата скарги", "Дата події"), ("Арыз берилген күн", "Окуянын күнү")),
    ],
)
def test_what_is_declared_to_stand_first_decides_in_every_language(first, second):
    assert suggest({second: DAYS, first: DAYS}) == {first: "allegation_date"}
    assert suggest({second: DAYS}) == {second: "allegation_date"}, "without the other it is what there is"


def test_of_two_days_of_a_complaint_none_is_suggested():
    assert suggested(complaint_date=DAYS, date_received=DAYS) == {}


@pytest.mark.parametrize(
    "header",
    [
        *("ClosedDate", "closed_date", "Date Closed", "DATE_OF_DISPOSITION", "Disposition Date", "date of finding"),
        *("Дата закрытия", "Дата рассмотрения дела", "Жабылған күні", "Fecha de cierre", "Data de encerramento"),
        *("Data di chiusura", "Date de clôture", "Дата закриття справи", "Чечим кабыл алынган күн", "CLOSEDATE"),
    ],
)
def test_a_day_of_closing_is_that_of_the_decision_and_never_of_the_allegation(header):
    assert suggest({header: LATER}) == {header: "decided_on"}


@pytest.mark.parametrize("header", ["Date of export", "last_modified_date", "Дата выгрузки", "officer_start_date"])
def test_a_date_that_we_do_not_know_is_not_told_by_its_values(header):
    assert suggest({header: DAYS}) == {}


# ---------------------------------------------------------------- ids, numbers, outcomes


@pytest.mark.parametrize(
    "header",
    [
        *("cr_id", "Case Ref", "INCNUM", "ComplaintId", "№ КУСП", "номер дела", "complaint_no", "CASE#", "Log No."),
        *("Incident Number", "FileNumber", "Номер обращения", "Істің нөмірі", "Номер справи", "Nº de expediente"),
        *("Número do processo", "N° dossier", "Numero di fascicolo", "Иштин номери", "CASEREF", "Case_Tracking_ID"),
    ],
)
def test_an_id_of_a_case_is_known_however_it_is_written(header):
    assert suggest({header: IDS}) == {header: "case_id"}


@pytest.mark.parametrize(
    "header",
    [
        *("total", "NUM_CASES", "count", "n", "Количество", "саны", "total_de_casos", "TotalComplaints"),
        *("No. of cases",),
        *("Number of victims", "Число обращений", "Істер саны", "Número de casos", "Quantidade", "Numero di casi"),
        *("Nombre de plaintes", "Кількість скарг", "Иштердин саны", "Cantidad"),
    ],
)
def test_a_number_is_a_weight_in_a_list_and_a_value_in_a_table(header):
    assert suggest({header: COUNTS[::2]}) == {header: "weight"}
    assert suggest({header: COUNTS}, "figures") == {header: "value"}


def test_a_number_is_no_id_and_an_id_is_no_number():
    assert suggested(case_no=IDS, no_of_cases=["1", "2", "4"]) == {"case_no": "case_id", "no_of_cases": "weight"}
    assert suggest({"Registered": ["2019", "2020"]}) == {"Registered": "allegation_date"}, "years say when"


@pytest.mark.parametrize(
    "header",
    [
        *("CaseDisposition", "current_status", "finding", "investigative_findings", "outcome", "Result", "resultado"),
        *("esito", "statut", "FINAL_FINDING", "Outcome of complaint", "Исход дела", "Статус", "Нәтижесі"),
        *("Resultado da investigação", "Résultat de l'enquête", "Результат розгляду", "Жыйынтыгы", "Decisión final"),
    ],
)
def test_an_outcome_is_known_by_its_header_even_if_no_value_is(header):
    assert suggest({header: ["zzz", "yyy"]}) == {header: "outcome"}


@pytest.mark.parametrize(
    "header",
    [
        *("Complaint status", "InvestigationStatus", "STATUS_OF_CASE", "Статус обращения", "Істің мәртебесі"),
        *("Estado del caso", "Statut du dossier", "Stato del procedimento", "Стан справи"),
    ],
)
def test_a_status_put_together_yields_to_a_finding(header):
    assert suggest({header: ["x", "y"]}) == {header: "outcome"}
    assert suggest({header: ["x", "y"], "Outcome": ["z", "w"]}) == {"Outcome": "outcome"}


def test_a_finding_stands_before_a_status_and_of_two_findings_none_is_suggested():
    assert suggested(status=["open", "closed"], finding=["Sustained", "Unfounded"]) == {"finding": "outcome"}
    assert suggested(outcome=["x", "y"], finding=["x", "z"]) == {}


# ---------------------------------------------------------------- officers and persons


def test_what_is_said_of_an_officer_is_not_the_victims():
    assert suggested(
        complaint_id=IDS,
        po_race=["white"],
        po_sex=["female", "male"],
        po_assigned_unit=["Unit 0"],
        investigative_findings=["Sustained Finding", "Pending"],
    ) == {"complaint_id": "case_id", "investigative_findings": "outcome"}


@pytest.mark.parametrize(
    "header",
    [
        *("po_sex", "OfficerID", "officer_age", "accused_id", "Suspect date of arrest", "Возраст сотрудника"),
        *("Код сотрудника", "Пол обвиняемого", "Дата назначения сотрудника", "Қызметкердің жасы", "Вік підозрюваного"),
        *("agente_id", "defendant_case_number"),
    ],
)
@pytest.mark.parametrize("cells", [IDS, DAYS, ["17", "45"], ["female", "male"]])
def test_a_column_about_an_officer_or_accused_is_suggested_for_nothing_of_a_persons(header, cells):
    assert is_about_officer(header)
    assert suggest({header: cells}) == {}


@pytest.mark.parametrize("header", ["Sex", "victim_age", "Пол заявителя", "Политика", "Report No", "Post code", "case"])
def test_a_column_about_another_is_not_about_an_officer(header):
    assert not is_about_officer(header)


@pytest.mark.parametrize(
    "header",
    [
        *("FirstName", "VictimName", "respondent/full_name", "g1/name", "Nombre completo", "Cognome", "Прізвище"),
        *("Аты-жөнү", "Sobrenome da vítima", "Prénom", "ContactPhone", "Téléphone : adresse"),
    ],
)
def test_a_name_is_personal_in_other_languages_and_spellings(header):
    assert is_personal(header)
    assert suggest({header: DAYS}) == {}


# ---------------------------------------------------------------- exports of systems of forms

KOBO = {
    "start": DAYS,
    "end": DAYS,
    "complaint/date_received": DAYS,
    "complaint/outcome": ["Sustained", "Pending"],
    "_id": ["5", "6", "7"],
    "_uuid": ["a1b2", "c3d4", "e5f6"],
    "_submission_time": LATER,
    "_status": ["submitted_via_web"],
    "_index": ["1", "2", "3"],
}
ODK = {
    "SubmissionDate": LATER,
    "meta-instanceID": ["uuid:a1", "uuid:b2"],
    "incident-incident_date": DAYS,
    "incident-final_outcome": ["Closed", "Unfounded"],
    "KEY": ["uuid:a1", "uuid:b2"],
    "SubmitterName": ["synthetic"],
    "Status": ["", "received"],
    "ReviewState": ["approved"],
}
UWAZI = {
    "title": ["Synthetic v. State"],
    "template": ["Case"],
    "creationDate": LATER,
    "date_of_complaint": DAYS,
    "status": ["Open", "Closed"],
    "published": ["yes"],
}


def test_an_export_of_kobotoolbox_is_known_by_its_headers():
    assert suggest(KOBO) == {
        "complaint/date_received": "allegation_date",
        "complaint/outcome": "outcome",
        "_uuid": "case_id",
    }
    without = {header: cells for header, cells in KOBO.items() if header != "complaint/date_received"}
    assert "allegation_date" not in suggest(without).values(), "the day of sending is no day of a complaint"
    assert suggest(KOBO | {"complaint/case_number": IDS})["complaint/case_number"] == "case_id", (
        "their own number first"
    )


def test_an_export_of_odk_central_is_known_by_its_headers():
    assert suggest(ODK) == {
        "incident-incident_date": "allegation_date",
        "incident-final_outcome": "outcome",
        "KEY": "case_id",
    }


def test_an_export_of_uwazi_is_known_by_its_headers():
    assert suggest(UWAZI) == {"date_of_complaint": "allegation_date", "status": "outcome"}


def test_the_headers_of_a_form_are_ordinary_ones_in_another_file():
    assert suggested(status=["open", "closed"], start=DAYS) == {"status": "outcome", "start": "allegation_date"}


# ---------------------------------------------------------------- values


def codes(name: str, *values: str) -> list[str | None]:
    about = fields("cases")[name]
    found = suggest_values(about, values)
    return [found[value][0] if value in found else None for value in values]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (
            "sustained",
            ["Sustained", "SUBSTANTIATED", "Upheld", "Sustained Finding", "Substantiated (Charges)", "founded"],
        ),
        ("sustained", ["подтвердилось", "Обоснована", "расталды", "підтверджено", "procedente", "fondata", "fondée"]),
        ("refused", ["Not Sustained", "Unsubstantiated", "Unfounded", "Exonerated", "not upheld", "No misconduct"]),
        ("refused", ["не обоснована", "негізсіз", "не підтвердилось", "improcedente", "infondata", "non fondée"]),
        ("complaint", ["Pending", "Open", "На рассмотрении", "қаралуда", "на розгляді", "en trámite", "in corso"]),
        ("investigation_opened", ["Under investigation", "Тергеуде", "розслідується", "en investigación"]),
        ("prosecuted", ["Charged", "Предъявлено обвинение", "повідомлено про підозру", "imputado", "mis en examen"]),
        ("sent_to_court", ["Charge-sheeted", "скеровано до суду", "rinviato a giudizio", "сотко жөнөтүлдү"]),
        ("convicted", ["Convicted", "засуджено", "condenado", "condannato", "condamné", "соттолду"]),
        ("acquitted", ["Acquitted", "виправдано", "absuelto", "absolvido", "assolto", "акталды"]),
        ("terminated", ["Closed", "CLOSED/FINAL", "Withdrawn", "закрито", "archivado", "archiviato", "кыскартылды"]),
        ("detained", ["Detained", "Задержан", "ұсталды", "detenido"]),
    ],
)
def test_an_outcome_is_known_in_the_words_of_the_trade(code, values):
    assert codes("outcome", *values) == [code] * len(values)


@pytest.mark.parametrize(
    "value",
    [
        *("Sustained/Unfounded", "not substantiated yet", "partially unfounded", "never charged", "Sustained?"),
        *("не расталды", "обоснована частично", "nicht condenado", "no procedente en parte", "не засуджено"),
        *("not withdrawn", "reopened", "uncharged", "closed without a finding of fact"),
    ],
)
def test_a_part_of_a_value_or_a_denied_one_is_no_outcome(value):
    assert codes("outcome", value) == [None]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("KZ", ["Kazakhstan", "Қазақстан", "Республика Казахстан", "KZ"]),
        ("KG", ["Кыргызстан", "Киргизия", "Kyrgyz Republic", "kg"]),
        ("RU", ["Россия", "Российская Федерация", "Ресей", "Russian Federation"]),
        ("SN", ["Senegal", "Сенегал", "SN"]),
        ("EG", ["Мысыр", "Египет"]),
        ("US", ["USA", "США", "АҚШ"]),
    ],
)
def test_a_country_is_known_by_its_names_in_three_languages_and_its_code(code, values):
    country = fields("cases")["country"]
    assert [suggest_values(country, [value])[value][0] for value in values] == [code] * len(values)
    assert suggest_values(country, ["Congo-Zaire", "Korea", "XX", "Нигерия?"]) == {}


def test_a_column_of_countries_is_known_by_its_header_and_by_its_values():
    for shape in ("cases", "figures"):
        assert suggest({"Страна": ["Казахстан", "Сенегал"]}, shape) == {"Страна": "country"}
        assert suggest({"x": ["Qazaqstan?", "UA"], "Pays": ["KG", "UA"]}, shape) == {"Pays": "country"}


# ---------------------------------------------------------------- columns that each count a stage


def counted(*headers: str, cells: tuple[str, ...] = ("107", "1 208", "0")) -> dict[str, str]:
    return suggest_counts(headers, {header: list(cells) for header in headers}, TODAY)


def test_columns_of_whole_numbers_whose_headers_name_stages_are_counts_of_them():
    assert counted("Area_Name", "Year", "Complaints_Received", "Charge_sheeted", "Convicted") == {
        "Complaints_Received": "complaint",
        "Charge_sheeted": "sent_to_court",
        "Convicted": "convicted",
    }
    assert counted("Зарегистрировано", "Направлено в суд", "Осуждено лиц") == {
        "Зарегистрировано": "registered_offence",
        "Направлено в суд": "sent_to_court",
        "Осуждено лиц": "convicted",
    }
    assert counted("Түскен шағымдар", "Тіркелді", "Сотталды") == {
        "Түскен шағымдар": "complaint",
        "Тіркелді": "registered_offence",
        "Сотталды": "convicted",
    }


@pytest.mark.parametrize(
    ("header", "stage"),
    [
        *(
            ("registered", "registered_offence"),
            ("sent to court", "sent_to_court"),
            ("Number of persons convicted", "convicted"),
        ),
        *(("ComplaintsSustained", "sustained"), ("Deaths in custody", "death_in_custody"), ("Arrests", "detained")),
        *(("Прекращено дел", "terminated"), ("Количество жалоб", "complaint"), ("Жалоб поступило", "complaint")),
        *(("Скарг надійшло", "complaint"), ("Надійшло скарг", "complaint"), ("Засуджено осіб", "convicted")),
        *(("Condamnés", "convicted"), ("Denuncias recibidas", "complaint"), ("Соттолду", "convicted")),
        *(("Осуждено (чел.)", "convicted"), ("Отказано в ВУД", "refused"), ("Pending", None), ("Open", None)),
        *(("Not convicted", None), ("Women convicted", None), ("% convicted", None), ("Total", None), ("Year", None)),
        *(("Не направлено в суд", None), ("Hearings", None), ("2018", None), ("Отменено приговоров", None)),
    ],
)
def test_a_header_names_a_stage_whole_or_not_at_all(header, stage):
    assert counted(header) == ({header: stage} if stage else {})


@pytest.mark.parametrize("cells", [("12.5", "3"), ("yes", "no"), (), ("2018", "2019"), ("12", "мало"), ("50%", "60%")])
def test_a_column_that_does_not_hold_whole_numbers_counts_no_stage(cells):
    assert counted("Convicted", cells=cells) == {}


def test_of_two_columns_of_one_stage_none_is_taken():
    assert counted("Convicted", "Persons convicted", "Charged") == {"Charged": "prosecuted"}


def test_a_suggestion_says_why():
    (one,) = suggest_columns(["ClosedDate"], {"ClosedDate": LATER}, "cases", TODAY)
    assert one == Suggestion("ClosedDate", "decided_on", 100.0, "name")
