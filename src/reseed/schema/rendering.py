"""Recorded statements as the lines of an Alembic revision.

Alembic's autogenerate renders tables, indexes and constraints; here its text is put in shape: enum types and domains
are declared once and named, a type of the application's own is written as what PostgreSQL stores, the constraints of a
table come in a fixed order. Whatever autogenerate does not know becomes `op.execute` with its exact text.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import CreateDomainType, CreateEnumType, DropDomainType, DropEnumType
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, DropConstraint, DropTable

from reseed.schema.layout import STEP, laid_out
from reseed.schema.recording import DIALECT, Recording, sql_of

# Names that the revision's own text uses.
_TAKEN = frozenset(
    [
        "ENUMS",
        "annotations",
        "branch_labels",
        "depends_on",
        "down_revision",
        "downgrade",
        "enum",
        "op",
        "postgresql",
        "reversed",
        "revision",
        "sa",
        "upgrade",
    ]
)
_TEXTS = {"sa.text", "sa.CheckConstraint", "sa.Computed"}
_DEFAULTS = {("sa.Column", "nullable=True"), ("op.create_index", "unique=False")}
_CONSTRAINT_ORDER = (
    "sa.PrimaryKeyConstraint",
    "sa.UniqueConstraint",
    "sa.ForeignKeyConstraint",
    "sa.CheckConstraint",
)


class Renderer:
    """Renders the statements of one recording; names of types and imports are shared by all of them.

    Attributes:
        declarations: enum types and domains by the name they are declared under, with the text of the declaration.
        enums: the names among them that are enum types.
        imports: modules the rendered text needs besides SQLAlchemy's and Alembic's.
    """

    def __init__(self, metadata: sa.MetaData, recording: Recording) -> None:
        self.imports: set[str] = set()
        self._taken = set(_TAKEN)
        self._names: dict[tuple[str | None, str], str] = {}
        context = MigrationContext.configure(dialect=DIALECT, opts={"target_metadata": metadata})
        options = {
            "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op.",
            "user_module_prefix": None,
            "render_item": self._item,
            "render_as_batch": False,
        }
        self._context = AutogenContext(context, metadata, options, autogenerate=False)
        self._impl = context.impl
        created = [
            statement.element for statement in recording.statements() if isinstance(statement, _CREATE_TYPE)
        ]
        created.sort(key=lambda type_: (type_.schema or "", type_.name))
        self.enums: tuple[str, ...] = ()
        self.declarations: dict[str, str] = {}
        for type_ in created:
            self._declare(type_)

    def name(self, wanted: str) -> str:
        """A Python name of the revision's for something in the database, given to nothing else."""
        name = re.sub(r"\W", "_", wanted)
        if not name.isidentifier():
            name = f"_{name}"
        while keyword.iskeyword(name) or name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def statement(self, statement: sa.ClauseElement, indent: int = STEP) -> str:
        """One line of a function body, without the indentation of its first line."""
        call = ast.parse(self._source(statement), mode="eval").body
        return laid_out(_Arranged().visit(call), indent=indent)

    def _source(self, statement: Any) -> str:
        match statement:
            case CreateTable():
                return render.render_op_text(self._context, _create_table(statement))
            case CreateIndex():
                return render.render_op_text(self._context, ops.CreateIndexOp.from_index(statement.element))
            case AddConstraint():
                return render.render_op_text(
                    self._context, ops.AddConstraintOp.from_constraint(statement.element)
                )
            case DropTable():
                return render.render_op_text(self._context, ops.DropTableOp.from_table(statement.element))
            case DropConstraint():
                return render.render_op_text(
                    self._context, ops.DropConstraintOp.from_constraint(statement.element)
                )
            case CreateEnumType() | DropEnumType() | CreateDomainType() | DropDomainType():
                named = self._names[statement.element.schema, statement.element.name]
                return f"op.execute(postgresql.{type(statement).__name__}({named}))"
            case _:
                return f"op.execute({executable(sql_of(statement))})"

    def _declare(self, type_: Any) -> None:
        name = self.name(f"{type_.schema}_{type_.name}" if type_.schema else type_.name)
        if isinstance(type_, postgresql.ENUM):
            schema = f", schema={type_.schema!r}" if type_.schema else ""
            source = f"enum({', '.join(map(repr, (str(type_.name), *type_.enums)))}{schema})"
            self.enums += (name,)
        else:
            source = f"{str(self._impl.render_type(type_, self._context))[:-1]}, create_type=False)"
        self._names[type_.schema, type_.name] = name
        call = ast.parse(source, mode="eval").body
        self.declarations[name] = laid_out(_Arranged().visit(call), before=f"{name} = ")

    def _item(self, kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
        if kind == "type":
            return self._type(item)
        if kind == "server_default" and isinstance(item, sa.DefaultClause) and isinstance(item.arg, str):
            return repr(str.__str__(item.arg))
        return False

    def _type(self, type_: Any) -> str | Literal[False]:
        """A type as the revision names it; False leaves it to Alembic."""
        variant = type_._variant_mapping.get(DIALECT.name)
        if variant is not None:
            return self._rendered(variant)
        match type_:
            case sa.types.TypeDecorator():
                return self._rendered(type_.load_dialect_impl(DIALECT))
            case sa.ARRAY():
                dimensions = f", dimensions={type_.dimensions}" if type_.dimensions else ""
                return f"postgresql.ARRAY({self._rendered(type_.item_type)}{dimensions})"
            case sa.Enum() | postgresql.DOMAIN():
                return self._names.get((type_.schema, str(type_.name)), False)
            case postgresql.JSONB():
                return "postgresql.JSONB()"
            case postgresql.JSON() | sa.JSON():
                return "sa.JSON()"
            case _:
                if not type(type_).__module__.startswith("sqlalchemy."):
                    self.imports.add(type(type_).__module__)
                return False

    def _rendered(self, type_: Any) -> str:
        return str(render._repr_type(type_, self._context))


_CREATE_TYPE = (CreateEnumType, CreateDomainType)


def executable(sql: str) -> str:
    """The Python expression that `op.execute` sends to the server as exactly `sql`."""
    escaped = bindless(sql)
    if str(sa.text(escaped).compile(dialect=DIALECT)) == sql:
        return repr(escaped)
    # `:word:` is taken for a parameter and cannot be escaped.
    return f"sa.DDL({sql.replace('%', '%%')!r})"


def bindless(sql: str) -> str:
    """SQL in which `sa.text` finds no parameter and no escape: the inverse of what its compiler does."""
    escaped = re.sub(r"\\(?=:\w*(?![:\w]))", r"\\\\", sql)
    return re.sub(r"(?<![:\w\\]):(?=\w+(?!:))", r"\\:", escaped)


def _create_table(statement: Any) -> ops.CreateTableOp:
    """Without the foreign keys that come later, because they close a cycle, and without what only Python reads."""
    table: sa.Table = statement.element
    inline = statement.include_foreign_key_constraints
    constraints = [
        constraint
        for constraint in table.constraints
        if not isinstance(constraint, sa.ForeignKeyConstraint) or inline is None or constraint in inline
    ]
    return ops.CreateTableOp(
        table.name,
        [*table.columns, *constraints],
        schema=table.schema,
        comment=table.comment,
        prefixes=list(table._prefixes),
        _namespace_metadata=table.metadata,
        _constraints_included=True,
        **table.kwargs,
    )


class _Arranged(ast.NodeTransformer):
    """Constraints of a table by kind and name, no defaults spelled out, texts in which no parameter is found."""

    def visit_Call(self, call: ast.Call) -> ast.Call:
        self.generic_visit(call)
        function = ast.unparse(call.func)
        if function == "op.create_table":
            call.args = sorted(_unpacked(call.args), key=_place)
        call.keywords = [given for given in call.keywords if (function, ast.unparse(given)) not in _DEFAULTS]
        for given in call.keywords:
            if (function, given.arg) == ("postgresql.DOMAIN", "check") and isinstance(
                given.value, ast.Constant
            ):
                given.value = ast.Constant(bindless(str(given.value.value)))
        if function in _TEXTS and isinstance(call.args[0], ast.Constant):
            call.args[0] = ast.Constant(bindless(str(call.args[0].value)))
        return call


def _unpacked(arguments: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Alembic packs more than 255 arguments into a list, which Python has not needed since 3.7."""
    for argument in arguments:
        match argument:
            case ast.Starred(value=ast.List(elts=packed)):
                yield from packed
            case _:
                yield argument


def _place(argument: ast.expr) -> tuple[int, str]:
    if isinstance(argument, ast.Call):
        function = ast.unparse(argument.func)
        if function in _CONSTRAINT_ORDER:
            return 2 + _CONSTRAINT_ORDER.index(function), _name_in(argument.keywords)
        if function != "sa.Column":
            return 2 + len(_CONSTRAINT_ORDER), _name_in(argument.keywords)
    return int(isinstance(argument, ast.Call)), ""


def _name_in(keywords: Sequence[ast.keyword]) -> str:
    return next((ast.unparse(given.value) for given in keywords if given.arg == "name"), "")
