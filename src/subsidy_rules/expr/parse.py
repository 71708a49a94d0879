"""Text → tree: an allow-list over Python's own grammar, then kinds.

Python's parser sees placeholders, five function names, and the signs and words of the language, never a character
of the input. So what it could make of anything else is no concern, and its limits are not reached before ours.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NoReturn

from ..errors import echo, nearest
from .codes import ExprError, Slip
from .kinds import ORDERED, WHOLE, adapt, agree, plain, product, with_unit
from .tokens import MAX_DEPTH, MAX_SUGGESTIONS, Token, tokens
from .tree import QUANTITIES, Binary, Bool, Call, Compare, Fact, FactType, In, Literal, Not, Tree, facts, show

MAX_NODES = 400
_OPS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or",
}  # fmt: skip
_FORMS = {  # least and most arguments, and how a call looks
    "min": (2, MAX_NODES, "min(a, b, …)"),
    "max": (2, MAX_NODES, "max(a, b, …)"),
    "given": (2, 2, "given(condition, quantity)"),
    "steps": (2, 2, "steps(quantity, step)"),
    "at_least": (2, MAX_NODES, "at_least(k, condition, …), k from 1 to the number of conditions"),
}


def parse(text: str, scope: Mapping[str, FactType], want: str | None = None) -> Tree:
    """The tree of one expression over the facts of `scope`, of kind `want` (None: of any kind).

    A whole literal takes the wanted kind if that is count, months or number; money and rates need their unit.
    Raises ExprError with all slips of the first stage (characters, words, grammar, kinds) that has any.
    """
    builder = _Builder(tokens(text, scope))
    tree = builder.top(_grammar(builder), "bool" if want == "judgement" else want)
    if tree is None or builder.slips:
        raise ExprError(builder.slips)
    return tree


def _grammar(builder: _Builder) -> ast.expr:
    """Python's tree, within our limits of size and depth."""
    try:
        root = ast.parse(builder.source, mode="eval").body
    except SyntaxError as error:
        column = builder.column(max(error.offset or 1, 1) - 1)
        raise ExprError([Slip("SR216", column, "this cannot stand here", "", "brackets around it")]) from None
    except (RecursionError, MemoryError):
        _too_deep()
    count, level = 0, [root]
    for _ in range(MAX_DEPTH):
        count += len(level)
        level = [child for node in level for child in _operands(node)]
    if level:
        _too_deep()
    if count > MAX_NODES:
        raise ExprError([Slip("SR202", 1, f"more than {MAX_NODES} nodes", str(count), f"at most {MAX_NODES}")])
    return root


def _too_deep() -> NoReturn:
    raise ExprError([Slip("SR203", 1, f"more than {MAX_DEPTH} levels", "", f"at most {MAX_DEPTH}")]) from None


def _operands(node: ast.expr) -> list[ast.expr]:
    """The operands of a node; the options of a list are operands of its `in`."""
    match node:
        case ast.BoolOp():
            return node.values
        case ast.UnaryOp():
            return [node.operand]
        case ast.BinOp():
            return [node.left, node.right]
        case ast.Compare():
            lists = [c.elts if isinstance(c, ast.Tuple | ast.List) else [c] for c in node.comparators]
            return [node.left, *(term for terms in lists for term in terms)]
        case ast.Call():
            return node.args
        case ast.Tuple() | ast.List():
            return node.elts
        case _:
            return []


class _Builder:
    """Python's tree → ours, kinds checked. A method gives None only where a slip was noted."""

    def __init__(self, found: Sequence[Token]) -> None:
        self.slips: list[Slip] = []
        self.leaves: dict[str, Token] = {}
        self.starts: dict[int, Token] = {}  # by offset in `source`
        self.source = ""
        for token in found:
            self.starts[len(self.source)] = token
            name = token.text
            if token.sort in ("leaf", "string"):
                name = f"_{len(self.leaves)}"
                self.leaves[name] = token
            self.source += f"{name} "

    def column(self, offset: int) -> int:
        """The column in the text of the token that stands at an offset in `source`."""
        return self.starts[max(start for start in self.starts if start <= offset)].column

    def slip(
        self, node: ast.expr, code: str, message: str, found: str = "", expected: str = "", near: str = ""
    ) -> None:
        self.slips.append(Slip(code, self.column(node.col_offset), message, found, expected, near))

    def top(self, node: ast.expr, want: str | None) -> Tree | None:
        tree = self.build(node)
        if tree is None or want is None or tree.kind == want:
            return tree
        if plain(tree) and want in WHOLE:
            return adapt(tree, want)
        if hint := with_unit(tree, want):
            self.slip(node, "SR223", f"state the unit: {hint}?", show(tree), hint)
        else:
            self.slip(node, "SR231", f"a {want} is needed here, this is a {tree.kind}", tree.kind, want)
        return None

    def build(self, node: ast.expr) -> Tree | None:
        match node:
            case ast.Name():
                return self.leaf(node)
            case ast.BoolOp():
                return self.boolean(node)
            case ast.UnaryOp():
                term = self.condition(node.operand, "not")
                return Not(term) if term else None
            case ast.BinOp():
                return self.binary(node)
            case ast.Compare():
                return self.membership(node) if isinstance(node.ops[0], ast.In | ast.NotIn) else self.compare(node)
            case ast.Call(func=ast.Name(id=name)):
                return self.call(node, name)
            case _:
                self.slip(node, "SR217", "a list stands only to the right of in")
                return None

    def leaf(self, node: ast.Name) -> Tree | None:
        token = self.leaves[node.id]
        if token.tree is None:
            self.slip(node, "SR225", "an option is compared with a choice by ==, != or in", echo(token.text))
        return token.tree

    def option(self, node: ast.expr) -> str | None:
        """The text of a quoted option; None if the node is something else."""
        token = self.leaves[node.id] if isinstance(node, ast.Name) else None
        return token.text if token and token.sort == "string" else None

    # conditions

    def condition(self, node: ast.expr, where: str) -> Tree | None:
        tree = self.build(node)
        if tree and tree.kind != "bool":
            self.slip(node, "SR224", f"{where} needs a condition, this is a {tree.kind}", tree.kind, "a condition")
            return None
        return tree

    def boolean(self, node: ast.BoolOp) -> Tree | None:
        op = _OPS[type(node.op)]
        terms: list[Tree] = []
        for value in node.values:
            option = self.option(value)
            if option is not None:
                message = f"{op} needs a condition, this is an option"
                self.slip(value, "SR225", message, echo(option), self.listing(node, option))
            elif term := self.condition(value, op):
                terms.append(term)
        return Bool(op, tuple(terms)) if len(terms) == len(node.values) else None

    def listing(self, node: ast.BoolOp, option: str) -> str:
        """What was probably meant by `level == 'A' or 'B'`."""
        match node.values[0]:
            case ast.Compare(left=ast.Name(id=name), comparators=[ast.Name(id=first)]):
                return f"{self.leaves[name].text} in ('{self.leaves[first].text}', '{option}')"
            case _:
                return "level in ('A', 'B')"

    def membership(self, node: ast.Compare) -> Tree | None:
        if len(node.ops) > 1:
            self.slip(node, "SR229", "in does not chain", "", "and")
            return None
        term = self.build(node.left)
        if not isinstance(term, Fact) or term.kind != "choice":
            if term:
                self.slip(node.left, "SR227", f"in asks about a choice, this is a {term.kind}", term.kind, "a choice")
            return None
        return In(term, self.options(node.comparators[0], term), isinstance(node.ops[0], ast.NotIn))

    def options(self, node: ast.expr, fact: Fact) -> tuple[str, ...]:
        if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
            option = self.option(node)
            example = f"('{option}',) or ['{option}']" if option in fact.type.options else "('A', 'B') or ['A']"
            self.slip(node, "SR227", "not a list of quoted options", "" if option is None else echo(option), example)
            return ()
        seen: list[str] = []
        for element in node.elts:
            option = self.option(element)
            if option is None:
                self.slip(element, "SR227", "not a quoted option", "", "an option like 'A'")
            elif option in seen:
                self.slip(element, "SR227", "an option twice", echo(option))
            else:
                self.declared(element, option, fact)
                seen.append(option)
        return tuple(seen)

    def declared(self, node: ast.expr, option: str, fact: Fact) -> None:
        if option not in fact.type.options:
            near = nearest(option, fact.type.options) if len(self.slips) < MAX_SUGGESTIONS else ""
            listed = ", ".join(fact.type.options[:5]) + (" …" if len(fact.type.options) > 5 else "")
            self.slip(node, "SR226", f"{fact.name} has no such option", echo(option), listed, near)

    def compare(self, node: ast.Compare) -> Tree | None:
        ops = tuple(_OPS[type(op)] for op in node.ops)
        if len(ops) > 1 and (len(ops) > 2 or {op[0] for op in ops} not in ({"<"}, {">"})):
            self.slip(node, "SR229", "a chain is two comparisons of one direction", " ".join(ops), "5 <= x < 10")
            return None
        nodes = [node.left, *node.comparators]
        if len(ops) == 1 and any(self.option(n) is not None for n in nodes):
            return self.compare_option(ops[0], *nodes)
        terms = self.one_kind(nodes, [self.build(n) for n in nodes], f"{{}} {ops[0]} {{}}")
        return self.comparable(node, ops, terms) if terms else None

    def comparable(self, node: ast.expr, ops: tuple[str, ...], terms: tuple[Tree, ...]) -> Tree | None:
        kind = terms[0].kind
        if kind == "bool":
            self.slip(node, "SR228", "conditions are not compared", kind, "x, not x, and, or")
        elif kind not in ORDERED and ops[0] not in ("==", "!="):
            self.slip(node, "SR228", f"a {kind} has no order", ops[0], "== or !=")
        elif not any(map(facts, terms)):
            self.slip(node, "SR230", "a comparison that reads no fact", "", "a fact")
        elif kind == "choice" and len({frozenset(t.type.options) for t in terms if isinstance(t, Fact)}) > 1:
            self.slip(node, "SR222", "two choices with different options", "", "the same options")
        else:
            return Compare(ops, terms)
        return None

    def compare_option(self, op: str, left: ast.expr, right: ast.expr) -> Tree | None:
        """A choice and one of its options, in either order."""
        turned = self.option(right) is None
        subject, at = (right, left) if turned else (left, right)
        option = self.option(at) or ""
        if self.option(subject) is not None:
            self.slip(left, "SR230", "two options compared", "", "a fact")
            return None
        fact = self.build(subject)
        if not isinstance(fact, Fact) or fact.kind != "choice":
            if fact:
                self.slip(at, "SR225", f"an option beside a {fact.kind}", echo(option), "a choice")
            return None
        if op not in ("==", "!="):
            self.slip(at, "SR228", "a choice has no order", op, "== or !=")
        self.declared(at, option, fact)
        literal = Literal("choice", option)
        return Compare((op,), (literal, fact) if turned else (fact, literal))

    # quantities

    def one_kind(self, nodes: Sequence[ast.expr], trees: Sequence[Tree | None], form: str) -> tuple[Tree, ...] | None:
        """The trees with one kind; a slip, in the form of the operation, names the first two kinds that differ."""
        terms = [tree for tree in trees if tree]
        if len(terms) < len(nodes):
            return None
        same = agree(terms)
        if same:
            return same
        solid = next((t.kind for t in terms if t.kind not in WHOLE), "")
        hints = [with_unit(term, solid) for term in terms]
        if all(hint or term.kind == solid for hint, term in zip(hints, terms, strict=True)):
            node, term, hint = next(named for named in zip(nodes, terms, hints, strict=True) if named[2])
            self.slip(node, "SR223", f"state the unit: {hint}?", show(term), hint)
            return None
        first = terms[0].kind
        pair = form.format(first, next(t.kind for t in terms if t.kind != first))
        self.slip(nodes[0], "SR222", f"{pair} is not defined", pair, "the same kind on both sides")
        return None

    def quantity(self, node: ast.expr, where: str) -> Tree | None:
        tree = self.build(node)
        if tree and tree.kind not in QUANTITIES:
            self.slip(node, "SR222", f"{where} needs a quantity, this is a {tree.kind}", tree.kind, "a quantity")
            return None
        return tree

    def binary(self, node: ast.BinOp) -> Tree | None:
        op, nodes = _OPS[type(node.op)], [node.left, node.right]
        left, right = (self.quantity(n, op) for n in nodes)
        if op != "*":
            same = self.one_kind(nodes, [left, right], f"{{}} {op} {{}}")
            return Binary(op, same[0], same[1], same[0].kind) if same else None
        if left is None or right is None:
            return None
        kind = product(left.kind, right.kind)
        if kind is None:
            kinds = f"{left.kind} * {right.kind}"
            self.slip(node, "SR222", f"{kinds} is not defined", kinds)
            return None
        return Binary(op, left, right, kind)

    # functions

    def call(self, node: ast.Call, name: str) -> Tree | None:
        least, most, form = _FORMS[name]
        if not least <= len(node.args) <= most:
            self.slip(node, "SR220", f"{name} with {len(node.args)} arguments", str(len(node.args)), form)
            return None
        if name == "given":
            return self.given(*node.args)
        if name == "at_least":
            return self.at_least(*node.args)
        args = self.one_kind(node.args, [self.quantity(arg, name) for arg in node.args], f"{name}({{}}, {{}})")
        if args and name == "steps" and not (isinstance(args[1], Literal) and args[1].value):
            self.slip(node.args[1], "SR220", "a step is a literal above zero", show(args[1]), "a literal above zero")
            return None
        return Call(name, args, "count" if name == "steps" else args[0].kind) if args else None

    def given(self, condition: ast.expr, quantity: ast.expr) -> Tree | None:
        term, amount = self.condition(condition, "given"), self.quantity(quantity, "given")
        return Call("given", (term, amount), amount.kind) if term and amount else None

    def at_least(self, number: ast.expr, *conditions: ast.expr) -> Tree | None:
        count = self.build(number)
        terms = [term for term in (self.condition(c, "at_least") for c in conditions) if term]
        if count is None or len(terms) < len(conditions):
            return None
        if not (isinstance(count, Literal) and count.kind == "count" and count.value in range(1, len(terms) + 1)):
            self.slip(number, "SR220", "not a number of conditions", show(count), _FORMS["at_least"][2])
            return None
        return Call("at_least", (count, *terms), "bool")
