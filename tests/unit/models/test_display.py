"""What a noun shows of itself: little, in a line and in a table, and never a secret."""

import html
import re

import pytest
from bad_values import SECRET
from nouns import NOUNS, SETTINGS, examples

from flyte_nb.config.images import ImageConfig
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import (
    Annotations,
    CronSchedule,
    Email,
    Envs,
    Identity,
    Labels,
    OAuth2Client,
    OAuth2TokenRequest,
    Options,
    PodTemplate,
    Resources,
    Secret,
    SecurityContext,
)
from flyte_nb.models.serialization import SerializationSettings

CLASSES = [name for name in {**NOUNS, **SETTINGS} if name[0].isupper()]


@pytest.mark.parametrize("name", CLASSES)
def test_every_noun_is_a_short_line_and_a_small_table(name):
    for _, noun in examples({**NOUNS, **SETTINGS}, name):
        line, table = repr(noun), noun._repr_html_()
        assert line.startswith(f"{name}(")
        assert "\n" not in line
        assert len(line) <= 600
        assert name in SETTINGS or "None" not in line, "what is not set is not said"
        assert table.count("<table") == 1
        assert table.count("<tr") <= 21
        assert html.escape(name) in table
        assert "<script" not in table


def test_a_line_says_what_is_set():
    assert repr(Resources(cpu="500m", mem=(1, "2Gi"))) == "Resources(cpu='500m', mem=(1, '2Gi'))"
    secret = Secret("g", "k", mount_requirement=Secret.MountType.FILE)
    assert repr(secret) == "Secret(group='g', key='k', mount_requirement=MountType.FILE)"
    assert repr(Options()) == "Options()"
    mail = "Email(phases=[WorkflowExecutionPhase.FAILED], recipients_email=['a@b.c'])"
    assert repr(Email([6], ["a@b.c"])) == mail
    daily = CronSchedule(schedule="daily", kickoff_time_input_arg="at")
    assert repr(daily) == "CronSchedule(schedule='daily', kickoff_time_input_arg='at')"
    assert repr(Envs({"A": "x", "B": "y"})) == "Envs(envs=['A', 'B'])"


def test_a_table_has_a_row_for_what_is_set():
    cells = re.findall(r"<t[hd][^>]*>([^<]*)<", Resources("500m", ("1Gi", "2Gi"))._repr_html_())
    assert cells == ["cpu", "500m", "mem", "1Gi to 2Gi"]


def test_notifications_that_are_disabled_are_shown_as_such():
    mail = Email([6], ["a@b.c"])
    disabled = [("notifications", "disabled: nobody is told")]
    assert list(Options(notifications=[mail], disable_notifications=True).rows()) == disabled
    assert list(Options(disable_notifications=True).rows()) == disabled
    assert "a@b.c" not in Options(notifications=mail, disable_notifications=True)._repr_html_()
    told = Options(notifications=mail, disable_notifications=False, max_parallelism=2)
    assert list(told.rows()) == [
        ("max parallelism", "2"),
        ("notifications", "FAILED, a@b.c"),
        ("disable notifications", "False"),
    ]


def test_what_is_long_is_cut():
    many = SecurityContext(secrets=[Secret(f"group-{n}") for n in range(1000)])
    assert "and 980 more" in many._repr_html_()
    long = Annotations({"a": "x" * 10_000})
    assert len(repr(long)) < 600
    assert len(long._repr_html_()) < 3000


def test_what_a_user_wrote_is_no_markup():
    for noun in (Labels({}), Annotations({"a": "<script>alert(1)</script>\x1b[31m\u202e"})):
        table = noun._repr_html_()
        assert "<script" not in table
        assert "\x1b" not in table
        assert "\u202e" not in table


POD = {"containers": [{"name": "a", "env": [{"name": "TOKEN", "value": SECRET}]}]}
HOLDERS = {
    "variables": lambda: Envs({"TOKEN": SECRET}),
    "pod": lambda: PodTemplate(POD, annotations={"note": SECRET}),
    "settings": lambda: SerializationSettings(ImageConfig(), env={"TOKEN": SECRET}),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_no_secret_is_shown(name):
    noun = HOLDERS[name]()
    for text in (repr(noun), str(noun), noun._repr_html_()):
        assert SECRET not in text
        assert "TOKEN" in text, "what it is called is shown"


CLIENT = {"clientId": "me", "clientSecret": SECRET}
REFUSED = {
    "as text": lambda: OAuth2Client("me", SECRET),
    "as bytes": lambda: OAuth2Client("me", SECRET.encode()),
    "client as JSON": lambda: OAuth2Client.from_json(CLIENT),
    "client of an identity": lambda: Identity(oauth2_client=CLIENT),
    "client as a name": lambda: Identity(iam_role=CLIENT),
    "client of a token": lambda: OAuth2TokenRequest("token", CLIENT),
    "client in a context": lambda: SecurityContext(tokens=[CLIENT]),
    "client of options": lambda: Options(security_context={"runAs": {"oauth2Client": CLIENT}}),
    "client in a list": lambda: Options(security_context=[CLIENT]),
    "text of a secret": lambda: SecurityContext(secrets=SECRET),
    "variable, bytes": lambda: Envs({"TOKEN": SECRET.encode()}),
    "variable, wrong name": lambda: Envs({"A=B": SECRET}),
    "variable, surrogate": lambda: Envs({"TOKEN": f"{SECRET}\ud800"}),
    "variables, list": lambda: Envs([SECRET]),
    "variables of JSON": lambda: Envs.from_json({"values": [{"key": "A", "value": [SECRET]}]}),
    "variables of settings": lambda: SerializationSettings(None, env={"A": [SECRET]}),
    "settings, text": lambda: SerializationSettings.from_json(f'{{"env": "{SECRET}"}}'),
    "pod": lambda: PodTemplate({"containers": [{"name": "a", "env": SECRET}]}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_secret_is_in_a_message(name):
    with pytest.raises(InvalidValueError) as caught:
        REFUSED[name]()
    error = caught.value
    for text in (str(error), repr(error), *error._render_traceback_()[:1], error.hint):
        assert SECRET not in text
