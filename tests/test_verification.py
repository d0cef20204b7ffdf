"""Which figures still have to be looked up in the State's own document, the weightiest first?"""


def test_the_queue_is_every_official_figure_that_somebody_else_quotes(store):
    queue = store.ask("verification", country="KZ")
    with store._latest().cursor() as con:
        of_others = con.execute(
            "select figure_id from counts where country = 'KZ' and kind = 'official' and not is_repeat"
            " and confidence != 'primary'"
        ).fetchall()
    assert sorted(queue["figure_id"]) == sorted(figure for (figure,) in of_others)
    assert len(queue) > 80


def test_what_a_headline_may_take_comes_first(store):
    """602 and 18 of 2012, 119 and 11 of 2015 stand in headlines; the doubted 63 of 2020 in none."""
    queue = store.ask("verification", country="KZ").set_index("figure_id")
    assert set(queue.loc[["kz-0025", "kz-0026", "kz-0046", "kz-0050"], "weight"]) == {3}
    assert queue.loc["kz-0087", "weight"] == 0
    assert queue["weight"].is_monotonic_decreasing


def test_the_document_of_the_state_that_should_hold_it_is_named(store):
    """The report of 2018 covers 2014 to the middle of 2018, and nothing before."""
    queue = store.ask("verification", country="KZ").set_index("figure_id")
    assert queue.loc["kz-0046", "original_id"] == "kz-cat4-2018"
    assert queue.loc["kz-0046", "original_url"] == "https://adilet.zan.kz/rus/docs/P1800000789"
    assert (
        queue.loc["kz-0025", "original_id"] is None
        or queue.loc["kz-0025", "original_id"] != queue.loc["kz-0025", "original_id"]
    )
    held = queue.dropna(subset=["original_id"])
    assert (held["period_start"] >= "2014-01-01").all()
    assert (held["period_end"] <= "2023-05-03").all()
