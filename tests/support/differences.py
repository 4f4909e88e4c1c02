"""Where programs answer otherwise than under flytekit 1.16.31, and why.

Each row is a program of ``tests/flytekit/programs``, the reason, and for each of its answers
that differs flytekit's and ours. What no program shows stands beside its test: other signatures
in ``test_names.py``, other bytes on the wire in ``test_stats.py`` and ``test_storage.py``.
"""

from __future__ import annotations

from typing import Any


def error(*kinds: str) -> dict[str, Any]:
    """Return an error by the built-in classes that catch it, as an answer has it."""
    return {"raises": sorted(kinds)}


REFUSED = error("AssertionError", "ValueError")
FILE_ERROR = error("FileNotFoundError", "OSError")
FROZEN = "nouns never change: dataclasses.replace makes others, and a hash is sound"
EARLY = "what a cluster would refuse is refused where it is written"
STAND_IN = "flytekit has a stand-in outside of pods, without all of the real one's methods"
FILE_PROBLEM = "one error for files that are broken or not there, and it says where"
SHARES_NOTHING = "a builder shares nothing with the context that it began with"

DIFFERENCES: dict[str, tuple[str, dict[str, tuple[Any, Any]]]] = {
    "checkpoints: into a folder that is not there": (
        "the folder is made",
        {"restored": (error("ValueError"), "new"), "there": (False, True)},
    ),
    "checkpoints: restored twice": (
        "it is restored where one asks for it, also the second time",
        {"two": ("one", "two"), "files in two": (0, 1)},
    ),
    "checkpoints: what was saved in the same attempt": (
        "an attempt reads what it has saved",
        {"first": (None, {"bytes": "one"}), "second": (None, {"bytes": "two"})},
    ),
    "checkpoints: bytes and a file": (
        "the newest is read, whatever lies beside it",
        {"read": (error("ValueError"), {"bytes": "weights"})},
    ),
    "checkpoints: nothing where the previous one should be": (
        "it says whether there is one, not whether one was named",
        {
            "before": (True, False),
            "read": (error("ValueError"), None),
            "restored": (error("ValueError"), None),
        },
    ),
    "checkpoints: what cannot be saved": (
        "one error for all that cannot be saved",
        {"text as bytes": (error("TypeError"), error("ValueError"))},
    ),
    "checkpoints: a text reader": (
        "one error for all that cannot be saved",
        {"text": (error("TypeError"), error("ValueError"))},
    ),
    "checkpoints: a checkpoint outside of tasks": (
        "a cell may try one",
        {"checkpoint": (error("NotImplementedError", "RuntimeError"), False)},
    ),
    "checkpoints: a second run goes on": (
        "what a failed run has saved is there for the next one, as in a pod",
        {"read": ([None, None], [None, {"bytes": "epoch 1"}])},
    ),
    "checkpoints: a retry goes on": (
        "retries happen here too, and go on from what was saved",
        {"value": (error(), 3), "read": ([None], [None, {"bytes": "1"}, {"bytes": "2"}])},
    ),
    "checkpoints: the format of what is saved": (
        "a save that is killed leaves the one before whole; both read plain files",
        {"bytes": (["_dst_cp"], ["_flyte_nb"]), "file": (["model.bin"], ["_flyte_nb"])},
    ),
    "config_files: an option that an INI file has not": (
        "nothing is None in both kinds of file",
        {"option": (error(), None), "section": (error(), None)},
    ),
    "config_files: a feature flag that is set later": (
        "looked at when asked for: a cell may set it",
        {"root": ("auto", ".")},
    ),
    "configuration: the secret stands in the representation": (
        "secrets are in no representation",
        {"platform": (True, False), "storage": (True, False)},
    ),
    "configuration: no retries": ("no tries is a choice", {"retries": (3, 0)}),
    "configuration: statsd in a section of its own": (
        "it is the better name; section secrets is read after it",
        {"host": ("localhost", "here")},
    ),
    "configuration: the folder of local runs": (
        "imports leave nothing behind",
        {"made by the import": (True, False)},
    ),
    "configuration: an edited file is read again": (
        "a file is read again when it has changed",
        {"after": ("before:1", "afterwards:1")},
    ),
    "configuration: paths of other kinds": (
        "a path is what names a file",
        {"pathlib": (error("AttributeError"), "mine:1"), "home": (FILE_ERROR, "mine:1")},
    ),
    "configuration: a file that is not there": (
        FILE_PROBLEM,
        {"ini": ("localhost:30080", FILE_ERROR)},
    ),
    "configuration: broken files": (FILE_PROBLEM, {"broken.yaml": ("localhost:30080", error())}),
    "configuration: a boolean that is none": (
        "the default is in force; %flyte_config explain and doctor say why",
        {"ini": (error("ValueError"), False)},
    ),
    "contexts: outside of tasks": (
        "a run has a name of its own, no task is made up, and there is an address for all",
        {"name": (True, False), "task": ("local", None), "metadata": (False, True)},
    ),
    "contexts: in a task": (
        "ids are those of the run and of the task",
        {
            "task's name": (False, True),
            "task's version": (False, True),
            "name of the execution": (True, False),
        },
    ),
    "contexts: identifiers as text": (
        "as that of current_context() is in flytekit",
        {"execution": (False, True)},
    ),
    "contexts: attributes that there are not": (
        "what is missing is an AttributeError too",
        {"hasattr": (error("AssertionError"), False), "default": (error("AssertionError"), "none")},
    ),
    "contexts: attributes of a task type": (SHARES_NOTHING, {"not in the other": (True, False)}),
    "contexts: an attribute added in lower case": (
        "attributes are found however they are spelt",
        {"attribute": (error("AssertionError"), "session"), "asked": (False, True)},
    ),
    "contexts: a builder shares nothing": (
        SHARES_NOTHING,
        {"decks of the parent": (1, 0), "attribute of the parent": (True, False)},
    ),
    "contexts: files of the working directory": (
        "the folder goes with the run",
        {"gone": (False, True)},
    ),
    "contexts: copies of a context": (
        "a context can be copied and handed to another process",
        {
            "copy": (error("RecursionError", "RuntimeError"), True),
            "deep copy": (error("AssertionError"), True),
            "pickle": (error("TypeError"), True),
        },
    ),
    "contexts: each run by its own name": (
        "ids are those of the run and of the task",
        {"different": (False, True)},
    ),
    "contexts: an interrupt": ("no handler is installed", {"handler is Python's": (False, True)}),
    "framework: the engine's folder": (
        "folders come into being when they are asked for",
        {"before it is asked for": (True, False)},
    ),
    "framework: threads": (
        "a thread begins with the session's context",
        {"of a thread": ([0], [1])},
    ),
    "framework: coroutines": (
        "each coroutine has a stack of its own",
        {"as before": ([True, False], [True, True]), "own": ([False, True], [True, True])},
    ),
    "images: the images of an empty file": (
        "an empty file says nothing, and that is no error",
        {"images": (error("AttributeError"), [])},
    ),
    "images: settings of registration, there and back": (
        "the header of gzip names another system; both read both",
        {"header": ("H4sIAAAAAAAC/6VR", "H4sIAAAAAAACA6VR")},
    ),
    "images: settings for one image": (
        "one error for all that is none",
        {"nonsense": (error("OSError"), REFUSED)},
    ),
    "options: the specification's short forms": (
        "the specification writes them so",
        {"labels": (False, True), "raw output": (None, "s3://bucket/raw")},
    ),
    "options: options that a cluster refuses": (
        EARLY,
        {"negative": (-1, REFUSED), "text": ("5", REFUSED), "no list": ("me", REFUSED)},
    ),
    "options: options are changed": (FROZEN, {"assign": (None, error("AttributeError"))}),
    "options: labels that Kubernetes refuses": (
        EARLY,
        {
            "blank": ({"a b": "c"}, REFUSED),
            "too long": (1, REFUSED),
            "no text": ({"a": 1}, REFUSED),
            "annotation": ({"": "x"}, REFUSED),
        },
    ),
    "options: nothing as labels and address": (
        EARLY,
        {"nothing": (None, REFUSED), "nowhere": ("", REFUSED)},
    ),
    "options: notifications to nobody": (EARLY, {"email": (False, REFUSED)}),
    "options: schedules by cron": (EARLY, {"nothing": (None, REFUSED)}),
    "options: rates that are none": (
        EARLY,
        {
            "nothing": (0, REFUSED),
            "backwards": (-1, REFUSED),
            "a number": (error("AttributeError"), REFUSED),
        },
    ),
    "resources: a pair in a list": (FROZEN, {"cpu": (["1", "2"], {"tuple": ["1", "2"]})}),
    "resources: amounts of all kinds": (
        "1 and '1' are one amount; a line shows what is set",
        {
            "other spelling": (False, True),
            "representation": (
                "Resources(cpu='500m', mem='1Gi', gpu=None, ephemeral_storage=None)",
                "Resources(cpu='500m', mem='1Gi')",
            ),
        },
    ),
    "resources: amounts that a cluster refuses": (
        EARLY,
        {
            "no quantity": ("much", REFUSED),
            "no unit": ("1GiB", REFUSED),
            "negative": (-1, REFUSED),
            "more than the limit": ({"tuple": ["2", "1"]}, REFUSED),
        },
    ),
    "resources: resources are changed": (
        FROZEN,
        {"assign": (None, error("AttributeError")), "hash": (error("TypeError"), True)},
    ),
    "resources: resources as JSON": (
        "JSON here is that of the admin",
        {"dictionary": ("1", error("AttributeError")), "there and back": (False, True)},
    ),
    "resources: tasks with resources": (EARLY, {"no resources": (None, REFUSED)}),
    "resources: a pod template": (
        "a bare one is the same with and without the package kubernetes",
        {"containers of a bare one": ([], error("AttributeError"))},
    ),
    "resources: a pod template keeps what it was given": (
        "a template keeps a copy",
        {"name": ("changed afterwards", "primary")},
    ),
    "secrets: the names of variables and files": (
        "a secret without a name is refused",
        {
            "file, nothing": (error("IndexError", "LookupError"), REFUSED),
            "variable, nothing": ("_FSEC_", REFUSED),
        },
    ),
    "secrets: what is not there": (
        "a secret without a name is refused",
        {"nothing at all": (error("IndexError", "LookupError"), REFUSED)},
    ),
    "secrets: bytes": (
        "bytes are bytes from everywhere; what is not text is named with all that was tried",
        {
            "text of bytes": (
                error("UnicodeDecodeError", "UnicodeError", "ValueError"),
                error("ValueError"),
            ),
            "bytes of a variable": ("variable", {"bytes": "variable"}),
            "another mode": (error("FileExistsError", "OSError"), REFUSED),
        },
    ),
    "secrets: names without a prefix": (
        "a cell is local too",
        {"outside": (error("ValueError"), "without")},
    ),
    "secrets: any variable by its name": (
        "only a secret with a group is looked for without a prefix",
        {"in a task": ("/bin/sh", error("ValueError"))},
    ),
    "secrets: the specification's names": (
        "the specification writes it so",
        {"get": (error("ValueError"), "spelt as in the specification")},
    ),
    "secrets: out of the folder": (
        "no name leads out of the folder of secrets",
        {"up": ("outside", REFUSED), "absolute": ("outside", REFUSED)},
    ),
    "secrets: a secret in a variable of its own": (
        "as in a pod",
        {"inside": ("not there", "value")},
    ),
    "security: a secret without a group in a task": (
        "one rule everywhere",
        {"made": ("key", REFUSED)},
    ),
    "security: secrets that a cluster refuses": (
        EARLY,
        {
            "a line feed": ("OK\n", REFUSED),
            "empty group": ("key", REFUSED),
            "no kind": ("FILE", REFUSED),
            "a number": (5, REFUSED),
        },
    ),
    "security: a secret is changed": (
        FROZEN,
        {"assign": (None, error("AttributeError")), "hash": (error("TypeError"), True)},
    ),
    "security: a client of an identity provider": (
        "flytekit cannot make the message",
        {
            "message": (error("TypeError"), "0a026d65120c0a0567726f75701a036b6579"),
            "of an identity": (error("TypeError"), "1a120a026d65120c0a0567726f75701a036b6579"),
        },
    ),
    "security: a client whose secret is text": (EARLY, {"made": ("me", REFUSED)}),
    "security: the message of a token": (
        "flytekit cannot make the message",
        {"message": (error("TypeError"), "0a05746f6b656e")},
    ),
    "security: a security context of other things": (
        EARLY,
        {"text": ("robot", REFUSED), "secrets": (["group"], REFUSED)},
    ),
    "security: a task with a security context": (
        "the specification writes it so",
        {"value": (error("ValueError"), 1)},
    ),
    "decks: markup in an input": (
        "a text is shown as it is, whatever it looks like",
        {"is read as markup": (True, False)},
    ),
    "decks: a renderer that fails": (
        "a report that fails ends no task: a line in the deck says what failed",
        {"value": (error("KeyError", "LookupError"), "out")},
    ),
    "decks: markdown": (
        "tables, as in every notebook",
        {"table": (False, True)},
    ),
    "stats_and_decks: metrics outside of tasks": (
        STAND_IN,
        {
            "timing": (error("TypeError"), None),
            "timing, timedelta": (error("TypeError"), None),
            "set": (error("AttributeError"), None),
        },
    ),
    "stats_and_decks: the specification's inc": (
        "the specification writes it so",
        {"inc": (error("AttributeError"), None)},
    ),
    "stats_and_decks: metrics under a name": (
        STAND_IN,
        {"name": (error("AttributeError"), "inner"), "pipeline": (error("AttributeError"), None)},
    ),
    "stats_and_decks: a deck by itself": (
        "a deck takes all that a notebook shows",
        {"no text": (error("AssertionError"), "mine")},
    ),
    "stats_and_decks: the first piece of a deck": (
        "no empty line before the first piece",
        {"html": ("\n<p>one</p>", "<p>one</p>")},
    ),
    "stats_and_decks: the default deck": (
        "one default deck, at each access",
        {"same again": (False, True), "decks": (5, 1)},
    ),
    "stats_and_decks: times of parts": (
        "flytekit lists its own work among the user's",
        {"others": (True, False)},
    ),
    "tasks: a task without a return": (
        "judged by what is returned, not by words in the source",
        {"nothing": (error(), None), "an error": (error(), None)},
    ),
    "tasks: a task calls a task": (
        "a plain call in the same pod, with a plain value",
        {"value": (error("TypeError"), 4)},
    ),
    "tasks: the user's own error": (
        "the user's error is never changed",
        {"arguments": (False, True)},
    ),
    "tasks: recoverable errors": (
        "retries happen here too",
        {"value": (error(), 3), "tries": (1, 3)},
    ),
    "tasks: options of a task": (
        "as Python says it of any function",
        {"unknown": (error("ValueError"), error("TypeError"))},
    ),
    "tasks: a function in a function": (
        "a notebook has such functions",
        {"value": (error("ValueError"), 1)},
    ),
    "tasks: kinds of functions": (
        EARLY,
        {
            "many": (None, error("TypeError")),
            "keywords": (None, error("TypeError")),
            "generator": (None, error("TypeError")),
        },
    ),
    "tasks: a recursive task": (
        "a plain call in the same pod, with a plain value",
        {"value": (error("TypeError"), 120)},
    ),
    "workflows: outputs of a task that is called outside": (
        "a call returns what the function returned, as it is",
        {"names": ({"tuple": ["o0", "o1"]}, None)},
    ),
    "workflows: a printed promise is handed on": (
        "the text would say how the promise is shown, at every run",
        {"handed on": (True, error("AssertionError", "TypeError", "ValueError"))},
    ),
    "workflows: conditions that are refused by a cluster alone": (
        EARLY + ": it compares values of one type alone, and gives booleans no order",
        {
            "int and float": ("yes", "refused"),
            "float and int": ("yes", "refused"),
            "text and int": ("no", "refused"),
            "order of booleans": ("yes", "refused"),
        },
    ),
    "workflows: misspelt names": (
        "a keyword that nobody knows would be left out",
        {"of an override": (2, error("AssertionError", "TypeError", "ValueError"))},
    ),
    "workflows: the node that failed": (
        "a cluster names the node that failed; flytekit here the one that handles it",
        {"node": (["fn0"], ["n0"])},
    ),
    "workflows: a handler that fails": (
        "what went wrong first is what is to be mended; the other error is logged",
        {"raised": (error("OSError"), error("KeyError", "LookupError"))},
    ),
    "types: moments elsewhere": (
        "as on a cluster, where every moment is in UTC",
        {"east": ("2026-01-02T03:00:00+02:00", "2026-01-02T01:00:00+00:00")},
    ),
    "types: numbers that are too large": (
        "as on a cluster, where an int has 64 bits and a text is one of Unicode",
        {
            "larger": (2**63, error("AssertionError", "TypeError", "ValueError")),
            "half a pair": (1, error("AssertionError", "TypeError", "ValueError")),
        },
    ),
    "types: where a file is kept": (
        "what is returned stays as it was then, as in the store of a cluster",
        {"after a change": ("changed", "hello")},
    ),
}
