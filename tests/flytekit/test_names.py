"""Integration: what the shim offers is where flytekit has it, and takes what flytekit's takes."""

import importlib

from signatures import parameters

from flyte_nb.compat.names import modules

# What is called in another way than flytekit's, and why.
DIFFERS = {
    "flytekit.task": "its other options come with what they do",
    "flytekit.core.task.task": "its other options come with what they do",
    "flytekit.dynamic": "takes the options of `task`, whichever they are",
    "flytekit.core.dynamic_workflow_task.dynamic": "takes the options of `task`",
    "flytekit.LaunchPlan": "made by `create`, never by a user",
    "flytekit.core.launch_plan.LaunchPlan": "made by `create`, never by a user",
    "flytekit.interfaces.stats.taggable.TaggableStats": "made by the runtime, never by a user",
    "flytekit.types.iterator.FlyteIterator": "made by the runtime, never by a user",
    "flytekit.types.iterator.iterator.FlyteIterator": "made by the runtime, never by a user",
}


def test_each_name_is_at_flytekits_place_and_called_in_its_way(ask_flytekit):
    names = {module: sorted(known) for module, known in modules().items()}
    theirs = ask_flytekit({"ask": "names", "names": names})["value"]
    different = {}
    for module, known in modules().items():
        for name, (place, ours) in known.items():
            expected = theirs[module][name]
            found = parameters(importlib.import_module(place), ours)
            if expected == "no" or (expected and (found or [])[: len(expected)] != expected):
                different[f"{module}.{name}"] = (expected, found)
    assert different.keys() == DIFFERS.keys(), different
