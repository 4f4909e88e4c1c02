"""The masked field's kernel side: no trait ever has the value."""

import json

from flyte_nb.errors import ConfigError
from flyte_nb.widgets import SecretField


def test_the_value_goes_to_who_keeps_it_and_nowhere_else():
    kept = []
    field = SecretField("db/password", "the keyring", lambda value: kept.append(value) or "kept")
    field._handle_custom_msg({"type": "keep", "value": "correct-horse"}, [])
    assert kept == ["correct-horse"]
    assert field.notice == {"kind": "done", "text": "kept"}
    state = {name: field.get_state(name)[name] for name in field.keys if name[0] != "_"}
    assert "correct-horse" not in json.dumps(state) + repr(field) + str(field._repr_mimebundle_())
    field.close()


def test_a_refusal_is_shown():
    def refuse(_):
        raise ConfigError("no keyring", hint="use a file")

    field = SecretField("a/b", "", refuse)
    for message in (None, {}, {"type": "other"}):
        field._handle_custom_msg(message, [])
    assert field.notice == {}
    field._handle_custom_msg({"type": "keep", "value": "x"}, [])
    assert field.notice == {"kind": "error", "text": "no keyring\n  hint: use a file"}
    field.close()
