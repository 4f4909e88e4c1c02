"""Options as the part of an execution's spec that admin is sent."""

import pytest

from flyte_nb import Email, Options

MAIL = Email([6], ["a@b.c"])
TOLD = {"notifications": [{"phases": ["FAILED"], "email": {"recipientsEmail": ["a@b.c"]}}]}


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        (Options(notifications=[MAIL]), {"notifications": TOLD}),
        (Options(notifications=[MAIL], disable_notifications=False), {"notifications": TOLD}),
        (Options(notifications=[MAIL], disable_notifications=True), {"disableAll": True}),
        (Options(disable_notifications=True), {"disableAll": True}),
        (Options(notifications=[]), {"notifications": {"notifications": []}}),
        (
            Options(security_context="robot", raw_output_data_config="s3://b", max_parallelism=2),
            {
                "securityContext": {"runAs": {"k8sServiceAccount": "robot"}},
                "rawOutputDataConfig": {"outputLocationPrefix": "s3://b"},
                "maxParallelism": 2,
            },
        ),
        (Options(overwrite_cache=False), {}),
    ],
)
def test_what_is_sent_and_comes_back(options, sent):
    assert options.to_json() == sent
    assert Options.from_json(sent) == options
    assert Options.from_flyte_idl(options.to_flyte_idl()).to_json() == sent


def test_disabled_notifications_are_either_nobody_or_these_in_the_message():
    disabled = Options(notifications=[MAIL], disable_notifications=True).to_flyte_idl()
    assert disabled.disable_all
    assert not disabled.HasField("notifications")
