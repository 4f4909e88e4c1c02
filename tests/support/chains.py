"""A workflow of any length."""

from flyte_nb import task


@task
def same(a: int) -> int:
    return a


def chain(nodes):
    """Return the body of a workflow of so many tasks, one after the other."""

    def body(a: int) -> int:
        for _ in range(nodes):
            a = same(a=a)
        return a

    return body
