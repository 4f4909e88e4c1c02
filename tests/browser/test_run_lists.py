"""Lists and comparisons of runs in JupyterLab: in both themes, and where there is little room."""

import pytest
from lab_cells import cell, picture
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

RUNS = """%load_ext flyte_nb
import os
from flyte_nb import FlyteRecoverableException, task, workflow

@task(retries=1)
def train_model(learning_rate: float, dataset: str) -> float:
    if os.environ["FLYTE_ATTEMPT_NUMBER"] == "0" and learning_rate > 1:
        raise FlyteRecoverableException("the node was taken away")
    if learning_rate > 0.5:
        raise ValueError("the loss does not go down any more")
    return learning_rate

@task(cache=True, cache_version="1")
def summarise(loss: float) -> str:
    return f"a loss of {loss}"

@workflow
def nightly(learning_rate: float, dataset: str) -> str:
    return summarise(loss=train_model(learning_rate=learning_rate, dataset=dataset))

for rate in (0.1, 0.1, 0.9, 1.5):
    nightly.run(learning_rate=rate, dataset="s3://bucket/tables/customers-of-last-year.parquet").wait()
"""
# Words that are no longer than a column's least width, and stand on more than one line.
BROKEN = """root => {
    const broken = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.parentElement.closest("th, td")) continue;
        for (const word of node.data.matchAll(/\\S+/g)) {
            if (word[0].length > 20) continue;
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1) broken.push(word[0]);
        }
    }
    return broken;
}"""


def test_words_are_whole(notebook, page, looks):
    notebook(RUNS, "%flyte_runs", "%flyte_runs compare -3 last", "%flyte_runs show -2")
    for _, look in looks():
        for number, name in enumerate(("list", "compare", "show"), 1):
            output = cell(page, number)
            output = output.locator(".jp-OutputArea-output").first
            expect(output).to_contain_text("nightly")
            picture(output, f"runs-{name}-{look}")
            assert output.evaluate(BROKEN) == [], look
