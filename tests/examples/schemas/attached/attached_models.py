"""Two schemas, every kind of column, and functions, triggers, views and policies attached to DDL events."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import DDL, event
from sqlalchemy.dialects import postgresql

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

colour = sa.Enum("red", "green", "it's blue", name="colour", schema="shop")
share = postgresql.DOMAIN("share", sa.Integer(), check="VALUE BETWEEN 0 AND 100")
numbers = sa.Sequence("order_numbers", start=1000, increment=5, metadata=metadata)

owners = sa.Table(
    "owners",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, comment='the "full" name, 100 % of it'),
    sa.Column("share", share),
    sa.Column("favourite_id", sa.ForeignKey("shop.things.id", ondelete="SET NULL")),
    sa.Column("parent_id", sa.ForeignKey("owners.id", deferrable=True, initially="DEFERRED")),
    sa.Column("lowered", sa.Text, sa.Computed("lower(name)", persisted=True)),
    sa.Column("order_number", sa.Integer, server_default=numbers.next_value()),
    sa.CheckConstraint("name ~ '^[^:]+:?[a-z]*$' AND name NOT LIKE '%;%'", name="name_form"),
    comment="Owners: people who have things",
    info={"area": "people"},
)
sa.Index("ix_owners_lower_name", sa.func.lower(owners.c.name), postgresql_where=sa.text("share > 10"))
sa.Index("ix_owners_covering", owners.c.parent_id, postgresql_include=["name"], unique=True)

things = sa.Table(
    "things",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("owner_id", sa.ForeignKey("owners.id", ondelete="CASCADE", onupdate="CASCADE"), nullable=False),
    sa.Column("title", sa.Text(collation="C"), server_default="untitled", nullable=False),
    sa.Column("colour", colour, server_default=sa.text("'it''s blue'")),
    sa.Column("colours", postgresql.ARRAY(colour), server_default=sa.text("'{}'")),
    sa.Column("extra", postgresql.JSONB, server_default=sa.text("""'{"a": "b"}'::jsonb""")),
    sa.Column("during", postgresql.TSTZRANGE),
    sa.UniqueConstraint("title", "owner_id", postgresql_nulls_not_distinct=True),
    postgresql.ExcludeConstraint(("during", "&&"), name="ex_things_during", using="gist"),
    schema="shop",
    info={"area": "shop"},
)

TOUCH = """
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.title := coalesce(NEW.title, 'a:b ' || to_char(now(), 'HH24:MI'));  -- 100 %%
    RETURN NEW;
END
$$
"""

event.listen(metadata, "before_create", DDL("CREATE SCHEMA shop"), insert=True)
event.listen(metadata, "before_create", DDL(TOUCH))
event.listen(
    things,
    "after_create",
    DDL("CREATE TRIGGER touch BEFORE INSERT ON %(fullname)s FOR EACH ROW EXECUTE FUNCTION shop.touch()"),
)
event.listen(things, "after_create", DDL("ALTER TABLE %(fullname)s ENABLE ROW LEVEL SECURITY"))
event.listen(
    things,
    "after_create",
    DDL("CREATE POLICY own ON %(fullname)s USING (owner_id = current_setting('app.owner_id')::integer)"),
)
event.listen(things, "after_create", DDL("GRANT SELECT (id, title), INSERT ON %(fullname)s TO modernize_app"))
event.listen(
    metadata,
    "after_create",
    DDL("CREATE VIEW shop.red AS SELECT id, title FROM shop.things WHERE colour = 'red'"),
)
event.listen(
    metadata,
    "after_create",
    DDL("CREATE MATERIALIZED VIEW shop.counts AS SELECT owner_id, count(*) FROM shop.things GROUP BY 1"),
)
event.listen(metadata, "after_create", DDL("COMMENT ON VIEW shop.red IS 'only red: 12:30'"))
event.listen(metadata, "before_drop", DDL("DROP MATERIALIZED VIEW shop.counts"))
event.listen(metadata, "before_drop", DDL("DROP VIEW shop.red"))
event.listen(metadata, "after_drop", DDL("DROP FUNCTION shop.touch()"))
event.listen(metadata, "after_drop", DDL("DROP SCHEMA shop"))
