"""Which names a body reads from around it, and which it binds."""

import ast
from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flyte_nb.run.cell.flow import flow_of, read_past_functions


def analysed(source):
    return flow_of(ast.parse(source).body)


CASES = {
    "plain": ("y = a + b", "a b"),
    "order of the first read": ("z = b + a; w = a", "b a"),
    "bound before": ("a = 1; print(a)", "print"),
    "read, then bound": ("a = a + 1", "a"),
    "augmented": ("a += b", "a b"),
    "augmented part": ("a[i].b += 1", "a i"),
    "part of a name": ("a.b = 1; c[d] = 2", "a c d"),
    "unpacked": ("(a, *b), c[0] = x", "x c"),
    "deleted": ("a = 1; del a", ""),
    "deleted from around": ("del a", "a"),
    "read after it was deleted": ("a = 1; del a; a", ""),
    "annotated": ("a: int = b; print(a)", "b print"),
    "annotated alone": ("a: Foo; print(a)", "print a"),
    "walrus": ("if (n := f(x)): n", "f x"),
    "walrus on one side": ("a and (y := 1); y", "a ?y"),
    "walrus in a comprehension": ("[(y := i) for i in r]; y", "r"),
    "import": ("import numpy as np, os.path; np.a(os)", ""),
    "from import": ("from a.b import c as d; d(c)", "c"),
    "f-string": ("f'{a!r:{b}} {c=}'", "a b c"),
    "comprehension": ("[x + y for x in xs if x > k]", "xs k y"),
    "comprehension of its own name": ("[x for x in x]", "x"),
    "two generators": ("{a: b for a in s for b in a.t(u)}", "s u"),
    "comprehension leaves its target": ("[x for x in s]; x", "s x"),
    "generator": ("sum(i * w for i in s)", "sum s w"),
    "lambda": ("f = lambda x, y=d: x + y + z; f(1)", "d z"),
    "lambda handed on": ("sorted(s, key=lambda x: x[k])", "sorted s k"),
    "function": ("def f(x, y=d):\n  return x + y + g(z)\nf(1)", "d g z"),
    "function, annotated": ("def f(x: A) -> B:\n  return x", "A B"),
    "decorated": ("@dec(a)\ndef f():\n  return b", "dec a b"),
    "decorated, which may call it": ("@now\ndef f():\n  return b\nb = 1", "now b"),
    "while True, left by break alone": ("while True:\n  if c:\n    x = 1\n    break\nx", "c"),
    "recursive": ("def f(n):\n  return f(n - k)\nf(3)", "k"),
    "two that call each other": ("def f(): return g()\ndef g(): return f() + k\nf()", "k"),
    "called when its name is there": ("def f():\n  return later\nlater = 1\nf()", ""),
    "called before its name is there": ("def f():\n  return later\nf()\nlater = 1", "later"),
    "called by a helper": ("def f(): return n\ndef g(): return f()\nn = 1\ng()", ""),
    "never called": ("def f():\n  return a\na = 1", ""),
    "local of a function": ("def f():\n  a = 1\n  return a\na", "a"),
    "nonlocal": ("n = 0\ndef f():\n  nonlocal n\n  n += 1\nf()", ""),
    "nonlocal in a loop": ("n = 0\nfor i in r:\n  def f():\n    nonlocal n\n    n = k\n  f()", "r k"),
    "class": ("class A(B, metaclass=M):\n  x = y\n  z = x\n  def m(self):\n    return x", "B M y x"),
    "class of its own name": ("class A:\n  x = x", "x"),
    "method names its class": ("class A:\n  def m(self):\n    return A, k\nA()", "k"),
    "generic function": ("def f(x):\n  return [x for x in y]\nf(2)", "y"),
    "if": ("if a:\n  b = 1\nelse:\n  b = 2\nb", "a"),
    "if alone": ("if a:\n  b = 1\nb", "a ?b"),
    "if, ends": ("if a:\n  raise E\nelse:\n  b = 1\nb", "a E"),
    "conditional expression": ("x = a if b else c", "b a c"),
    "for": ("for i in r:\n  t = i\nprint(i, t)", "r print"),
    "for, of its own value": ("for i in r:\n  t = t + i", "r ?t"),
    "for, break before": ("for i in r:\n  if i: break\n  t = 1\nt", "r ?t"),
    "for, continue before": ("for i in r:\n  if i: continue\n  t = 1\nt", "r ?t"),
    "for, else": ("for i in r:\n  if i: break\nelse:\n  b = 1\nb", "r ?b"),
    "while": ("while n > k:\n  n -= 1", "?n k"),
    "while True": ("while True:\n  x = f()\n  if x: break\nx", "f"),
    "try": ("try:\n  a = f()\nexcept E as e:\n  a = e\na", "f E"),
    "try, not bound by the handler": ("try:\n  a = f()\nexcept E:\n  g()\na", "f E g ?a"),
    "try, the handler raises": ("try:\n  a = f()\nexcept E:\n  raise\na", "f E"),
    "try, else": ("try:\n  f()\nexcept E:\n  a = 1\nelse:\n  a = 2\na", "f E"),
    "error is gone after its handler": ("try:\n  f()\nexcept E as e:\n  pass\ne", "f E ?e"),
    "finally": ("try:\n  a = f()\nfinally:\n  g(a)", "f g ?a"),
    "finally binds": ("try:\n  f()\nfinally:\n  a = 1\na", "f"),
    "asked whether it is there": ("try:\n  a\nexcept NameError:\n  a = 1\na", "?a NameError"),
    "with": ("with open(p) as h:\n  d = h.read()\nd", "open p"),
    "with suppress": ("with suppress(E):\n  d = f()\nd", "suppress E f ?d"),
    "match": ("match v:\n  case [a, *b]: r = a\n  case {'k': c, **d}: r = c\n  case _: r = z\nr, b, d",
              "v z ?b ?d"),
    "match, not complete": ("match v:\n  case A.B: r = 1\nr", "v A ?r"),
    "match, class": ("match v:\n  case P(x=0, y=b) if b > k: print(b)", "v P k print"),
    "match, as": ("match v:\n  case (1 | 2) as n: r = n\n  case _ as o: r = o\nr", "v"),
    "await": ("x = await f(a)\nasync for i in g: h(i)\nasync with c as d: d()", "f a g h c"),
    "starred and keywords": ("f(*a, k=b, **c)", "f a b c"),
    "slices": ("a[b:c, d]", "a b c d"),
    "after a raise": ("raise E\nnever", "E"),
    "deeply inside": ("def f():\n  def g():\n    class C:\n      z = k\n      def h(self): return m\n    return C\n  return g\nf()", "k m"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_reads(case):
    source, expected = CASES[case]
    reads = analysed(source).reads
    found = [name if read.is_certain else f"?{name}" for name, read in reads.items()]
    assert sorted(found) == sorted(expected.split()), found
    if "order" in case:
        assert found == expected.split()


@pytest.mark.parametrize(
    ("source", "bound", "maybe"),
    [
        ("a = 1; b, (c, *d) = x", "a b c d", ""),
        ("import os.path as p, sys; from m import n", "n p sys", ""),
        ("def f():\n  inner = 1\nclass C:\n  field = 1", "C f", ""),
        ("if a:\n  b = 1", "b", "b"),
        ("[x for x in s]; (w := 1)", "w", ""),
        ("for i in r:\n  t = 1", "i t", ""),
        ("for i in r:\n  if i:\n    t = 1", "i t", "t"),
        ("a = 1; del a", "a", "a"),
        ("try:\n  a = 1\nexcept E as e:\n  pass", "a e", "a e"),
        ("x: int", "x", "x"),
        ("x.y = 1; z[0] = 2; u += 1", "u", ""),
        ("n = 0\nfor i in r:\n  def f():\n    nonlocal n\n    n = 1", "f i n", ""),
    ],
)
def test_binds(source, bound, maybe):
    flow = analysed(source)
    assert sorted(flow.bound) == bound.split()
    assert sorted(flow.unbound_at_end) == maybe.split()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class A:\n  x = x", "x"),
        ("def f():\n  class A:\n    y = x\n    x = y", "x"),
        ("class A:\n  x = 1\n  y = x\n  def m(self):\n    return y", ""),
        ("x = 1\nclass A:\n  y = x", ""),
    ],
)
def test_names_that_a_class_reads_past_functions(source, names):
    assert " ".join(read_past_functions(ast.parse(source).body)) == names


def test_the_line_is_that_of_the_first_read():
    reads = analysed("x = 1\nif x:\n  y = a\nz = a").reads
    assert reads["a"].line == 3


NAMES = st.sampled_from("abcd")


# ruff: noqa: E501 - a table
@st.composite
def expressions(draw, depth=1):
    if not depth:
        return draw(st.one_of(NAMES, st.sampled_from(["1", "2"])))
    inner = expressions(depth=depth - 1)
    kind = draw(st.integers(0, 9))
    one, two, name = draw(inner), draw(inner), draw(NAMES)
    return [
        name, "1", f"({one} + {two})", f"({one} if {two} else {draw(inner)})",
        f"sum({name} + {one} for {name} in ({two}, 1))", f"(lambda {name}=1: {name} + {one})()",
        f"({name} := {one})", f"({one} and {two} or 1)", f"[{one} for {name} in (1, 2)][0]",
        f"(lambda: {one})()",
    ][kind]  # fmt: skip


@st.composite
def statements(draw, depth=2, indent=""):
    more = indent + "  "
    one, name, other = draw(expressions()), draw(NAMES), draw(NAMES)

    def block(extra=""):
        inner = statements(depth=depth - 1, indent=more)
        return "".join(draw(st.lists(inner, min_size=1, max_size=2))) + extra

    kind = draw(st.integers(0, 14 if depth else 5))
    if kind < 6:
        return indent + [
            f"{name} = {one}", f"{name} += {one}", f"print({one})", f"del {name}",
            f"{name}, {other} = {one}, {draw(expressions())}", f"{name}: int = {one}",
        ][kind] + "\n"  # fmt: skip
    return {
        6: lambda: f"{indent}if {one}:\n{block()}{indent}else:\n{block()}",
        7: lambda: f"{indent}if {one} % 2:\n{block()}",
        8: lambda: f"{indent}for {name} in (1, 2):\n{block()}",
        9: lambda: f"{indent}try:\n{block()}{indent}except TypeError as {name}:\n{block()}",
        10: lambda: f"{indent}try:\n{block()}{indent}finally:\n{block()}",
        11: lambda: f"{indent}def {name}({other}=1):\n{block(more + 'return 1' + chr(10))}"
                    f"{indent}{name} = {name}()\n",
        12: lambda: f"{indent}class K:\n{block()}",
        13: lambda: f"{indent}match {one}:\n{more}case {name}:\n"
                    + "".join(f"  {line}\n" for line in block().splitlines()),
        14: lambda: f"{indent}for {name} in (1, 2):\n{block()}{more}if {one} > 2: break\n"
                    f"{indent}else:\n{block()}",
    }[kind]()  # fmt: skip


class Recorder(dict):
    """A namespace that notes which names are read before they are bound."""

    def __init__(self):
        super().__init__(print=lambda *_: None, sum=sum, TypeError=TypeError,
                         __build_class__=__build_class__, __name__="cell")  # fmt: skip
        self.missed, self.bound = set(), set()

    def __getitem__(self, name):
        if name in "abcd" and name not in self.bound:
            self.missed.add(name)
            return 3
        return super().__getitem__(name)

    def __setitem__(self, name, value):
        self.bound.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name):
        if name in "abcd" and name not in self.bound:
            self.missed.add(name)
            super().__setitem__(name, None)
        self.bound.add(name)  # gone, and not the notebook's any more
        super().__delitem__(name)


@settings(max_examples=300)
@given(st.lists(statements(), min_size=1, max_size=4).map("".join))
def test_what_a_run_reads_from_around_is_found(source):
    """Each name that a run of the body as a cell reads from around it is among the reads."""
    try:
        code = compile(source, "<cell>", "exec")
    except SyntaxError:  # such as a walrus where none may be
        assume(condition=False)
    flow = analysed(source)
    names = Recorder()
    with suppress(NameError, TypeError, ZeroDivisionError):  # what was read until then counts
        exec(code, {"__builtins__": names}, names)
    found = flow.reads.keys() | read_past_functions(ast.parse(source).body).keys()
    assert names.missed <= found, source
    assert names.bound & set("abcd") <= flow.bound | flow.reads.keys(), source
