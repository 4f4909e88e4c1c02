"""What `@task` takes about its cache, and what it refuses."""

import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.cache import Cache, CacheFunctionBody, VersionParameters, cache_settings


class Fixed:
    """A policy as a user writes one."""

    def __init__(self, text):
        self.text = text

    def get_version(self, salt, params):
        return f"{salt}{self.text}{params.func.__name__}"


class Failing:
    def get_version(self, _salt, _params):
        raise KeyError("no image")


def function(a: int) -> int:
    return a


PARAMETERS = VersionParameters(func=function)


def test_nothing_is_kept_unless_it_is_asked_for():
    assert cache_settings() is None
    assert cache_settings(cache=False) is None
    assert cache_settings(cache=None) is None
    assert cache_settings(cache=False, cache_version="1") is None  # as with flytekit
    assert cache_settings(cache=False, cache_version="", cache_serialize=False) is None


def test_the_old_way_and_the_new_one_say_the_same():
    old = cache_settings(
        cache=True, cache_version="1", cache_serialize=True, cache_ignore_input_vars=("a",)
    )
    new = cache_settings(Cache(version="1", serialize=True, ignored_inputs=("a",)))
    assert old == new
    assert new.serialize
    assert new.ignored_inputs == ("a",)
    assert new.is_versioned


def test_one_ignored_input_may_be_its_name_alone():
    assert Cache(version="1", ignored_inputs="a").get_ignored_inputs() == ("a",)
    several = cache_settings(cache=True, cache_version="1", cache_ignore_input_vars=["a", "b"])
    assert several.ignored_inputs == ("a", "b")
    one = cache_settings(cache=True, cache_version="1", cache_ignore_input_vars="ab")
    assert one.ignored_inputs == ("ab",)


def test_a_cache_of_flytekits_counts_as_one_of_ours():
    theirs = type("Cache", (), {"__module__": "flytekit.core.cache"})()
    vars(theirs).update(vars(Cache(version="7", ignored_inputs="a")))
    assert cache_settings(theirs).cache == Cache(version="7", ignored_inputs="a")


@pytest.mark.parametrize(
    ("options", "said", "hint"),
    [
        ({"cache": "1"}, "cache='1'", "cache=True, cache_version='1'"),
        ({"cache": 1}, "cache=1", 'cache=True, cache_version="1"'),
        ({"cache": True, "cache_version": ""}, "the version is empty", 'write "1"'),
        ({"cache": True, "cache_version": 1}, "not a text", ""),
        ({"cache": False, "cache_version": 1}, "not a text", ""),
        ({"cache": True, "cache_serialize": 1}, "cache_serialize=1", ""),
        ({"cache_serialize": True}, "without a cache", "cache=True, cache_serialize=…"),
        ({"cache_ignore_input_vars": ("a",)}, "without a cache", "cache=True"),
        ({"cache": True, "cache_ignore_input_vars": (1,)}, "not a tuple of names", ""),
        ({"cache": True, "cache_ignore_input_vars": 5}, "not a tuple of names", ""),
        ({"cache": Cache(version="1"), "cache_version": "1"}, "cache_version", "Cache(version=…"),
        ({"cache": Cache(version="1"), "cache_serialize": False}, "cache_serialize", "serialize=…"),
        (
            {"cache": Cache(version="1"), "cache_ignore_input_vars": ()},
            "cache_ignore_input_vars",
            "ignored_inputs=…",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_and_the_error_says_what_to_write(options, said, hint):
    with pytest.raises(InvalidValueError) as caught:
        cache_settings(**options)
    assert isinstance(caught.value, ValueError)  # as flytekit's
    assert said in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "options",
    [
        {"version": ""},
        {"version": 1},
        {"serialize": "yes"},
        {"salt": None},
        {"ignored_inputs": None},
        {"ignored_inputs": ("",)},
        {"policies": []},
        {"policies": ["1"]},
        {"policies": function},
    ],
)
def test_a_cache_refuses_what_is_of_a_wrong_type(options):
    with pytest.raises(InvalidValueError, match=next(iter(options))):
        Cache(**options)


def test_a_version_that_is_given_is_the_version():
    assert Cache(version="1", salt="s", policies=[Failing()]).get_version(PARAMETERS) == "1"


def test_policies_make_a_version_together():
    one = Cache(policies=Fixed("a"))
    assert one.get_version(PARAMETERS) == Cache(policies=[Fixed("a")]).get_version(PARAMETERS)
    others = [
        Cache(policies=[Fixed("a"), Fixed("b")]),
        Cache(policies=[Fixed("b")]),
        Cache(policies=[Fixed("a")], salt="s"),
    ]
    assert len({cache.get_version(PARAMETERS) for cache in [one, *others]}) == 4


def test_the_body_is_the_version_where_nothing_is_said():
    (policy,) = Cache().get_policies()
    assert isinstance(policy, CacheFunctionBody)
    assert Cache().get_version(PARAMETERS) == Cache().get_version(PARAMETERS)
    assert Cache().get_version(PARAMETERS) != Cache(salt="s").get_version(PARAMETERS)


def test_the_policies_of_a_plugin_come_before_it(monkeypatch):
    from flyte_nb.config import plugin

    class Plugin(plugin.FlytekitPlugin):
        @staticmethod
        def get_default_cache_policies():
            return [Fixed("plugin")]

    monkeypatch.setattr(plugin, "get_plugin", lambda: Plugin)
    assert Cache().get_version(PARAMETERS) == Cache(policies=Fixed("plugin")).get_version(
        PARAMETERS
    )


def test_a_policy_that_fails_is_named_and_its_error_kept():
    with pytest.raises(InvalidValueError, match=r"Failing.*made no version: KeyError") as caught:
        Cache(policies=Failing()).get_version(PARAMETERS)
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(InvalidValueError, match="not a text"):
        Cache(policies=type("P", (), {"get_version": lambda *_: 5})()).get_version(PARAMETERS)
