"""Each noun, the first of its kind in a process."""

import subprocess
import sys

import pytest

JSON = {
    "Secret": {"group": "g"},
    "Labels": {"values": {"a": "b"}},
    "Options": {"labels": {"values": {"a": "b"}}},
    "Email": {"phases": ["FAILED"], "email": {"recipientsEmail": ["a"]}},
    "CronSchedule": {"cronSchedule": {"schedule": "daily"}},
    "FixedRate": {"rate": {"value": 1, "unit": "DAY"}},
    "SecurityContext": {"runAs": {"k8sServiceAccount": "me"}},
    "Identifier": {"resourceType": "TASK", "project": "p", "domain": "d", "name": "n"},
    "Resources": {"requests": [{"name": "CPU", "value": "1"}]},
}


@pytest.mark.parametrize("name", JSON)
def test_it_is_read_before_one_was_made(name):
    code = (
        "import dataclasses; from flyte_nb import models\n"
        f"kind = getattr(models, {name!r}); data = {JSON[name]!r}\n"
        "models.Envs({}); assert kind.from_json(data).to_json() == data\n"
        "assert dataclasses.fields(kind)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
