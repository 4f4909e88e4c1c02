"""The panel's kernel side; tests/browser drives the whole."""

import pytest

from flyte_nb import Session
from flyte_nb.widgets import ContextPanel


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def panel(session):
    panel = ContextPanel(session)
    yield panel
    panel.close()


def receive(panel, message):
    """Deliver *message* as the front end would."""
    panel._handle_custom_msg(message, [])


def test_state_that_crosses_the_wire(panel):
    state = panel.get_state()
    assert {name: state[name] for name in ("project", "domain", "name", "problems")} == {
        "project": "local",
        "domain": "local",
        "name": "",
        "problems": {},
    }
    assert "render" in state["_esm"]


def test_what_is_typed_reaches_the_session(panel, session):
    receive(panel, {"type": "set", "field": "project", "value": "flytesnacks"})
    assert session.settings.project == panel.project == "flytesnacks"


def test_a_wrong_value_is_a_problem_of_its_field_until_it_is_mended(panel, session):
    receive(panel, {"type": "set", "field": "project", "value": "UPPER"})
    assert session.settings.project == panel.project == "local"
    assert "'UPPER' is not a name that Flyte accepts" in panel.problems["project"]
    receive(panel, {"type": "set", "field": "domain", "value": "staging"})
    assert list(panel.problems) == ["project"]
    receive(panel, {"type": "set", "field": "project", "value": "local"})
    assert panel.problems == {}


def test_reset(panel, session):
    session.configure(project="other")
    receive(panel, {"type": "reset"})
    assert panel.project == session.settings.project == "local"


@pytest.mark.parametrize(
    "message", [None, "set", {}, {"type": "set"}, {"type": "set", "field": "_lock", "value": 1}]
)
def test_a_message_of_another_form_changes_nothing(panel, session, message):
    before = session.settings
    receive(panel, message)
    assert session.settings == before


def test_two_panels_show_the_same(session, panel):
    other = ContextPanel(session)
    receive(other, {"type": "set", "field": "domain", "value": "staging"})
    assert panel.domain == "staging"
    other.close()


def test_a_closed_panel_lets_go_of_the_session(session):
    panel = ContextPanel(session)
    panel.close()
    session.configure(project="later")
    assert panel.project == "local"
