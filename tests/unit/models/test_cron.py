"""Cron expressions: what comes, and what never does."""

import calendar
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import CronSchedule
from flyte_nb.errors import InvalidValueError
from flyte_nb.models.cron import cron_problem


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("0 0 31 2 *", "day 31 never comes in month 2"),
        ("0 0 30 feb *", "day 30 never comes in month feb"),
        ("0 0 31 4,6,9,11 ?", "day 31 never comes in month 4,6,9,11"),
        ("0 0 31/2 jun *", "day 31 never comes in month jun"),
        ("0 0 30-31 2/12 *", "day 30 never comes in month 2/12"),
        ("0 0 31 2-6/2 *", "day 31 never comes in month 2-6/2"),
    ],
)
def test_a_date_that_never_comes_is_refused(schedule, problem):
    assert cron_problem(schedule) == problem
    with pytest.raises(InvalidValueError, match=re.escape(problem)):
        CronSchedule(schedule=schedule)


@pytest.mark.parametrize(
    "schedule",
    [
        "0 0 29 2 *",
        "0 0 30,31 * *",
        "0 0 31 2,3 *",
        "0 0 31 2-4 *",
        "0 0 31 2/2 *",  # August too
        "0 0 1,31 2 *",
        "0 0 */31 2 *",  # the first
        "0 0 31 2 mon",  # cron takes the day of the month or of the week
    ],
)
def test_a_date_that_comes_some_day_is_taken(schedule):
    assert cron_problem(schedule) == ""
    assert CronSchedule(schedule=schedule).cron_schedule.schedule == schedule


@given(st.integers(1, 31), st.sets(st.integers(1, 12), min_size=1))
def test_it_is_refused_where_no_month_of_a_leap_year_is_as_long(day, months):
    schedule = f"0 0 {day} {','.join(map(str, sorted(months)))} *"
    comes = any(day <= calendar.monthrange(2024, month)[1] for month in months)
    assert (cron_problem(schedule) == "") is comes
