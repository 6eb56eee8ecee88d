-- A database with an object of every kind that facts tell, and some that they only list.
create schema shelf;
create type colour as enum ('red', 'green');
create type pair as (a integer, b text);
create type span as range (subtype = float8);
create domain percent as integer default 1 not null check (value <= 100);
create sequence ticket increment 5;
create table parent (
    id uuid primary key default gen_random_uuid(),
    colour colour not null default 'red',
    amount numeric(5, 2),
    title text collate "C",
    number integer generated always as identity,
    labels text[] default '{}',
    doubled integer generated always as (2 * 2) stored,
    seen timestamptz default '2026-01-15 09:00:00+00',
    unique (amount, title)
);
create table child (
    id serial,
    title text,
    "odd Name" numeric(5, 2),
    parent_id uuid references parent on delete cascade,
    share percent,
    foreign key (title, "odd Name") references parent (title, amount),
    constraint child_title check (title <> 'x:y'),
    constraint child_id exclude using btree (id with =)
);
create index child_lower on child (lower(title)) where title is not null;
create statistics child_pairs on title, id from child;
create view titles as select title from child where title > 'a';
create materialized view ids as select id from child;
create function plus(x integer) returns integer language sql as 'select x + 1';
create procedure nothing() language sql as 'select 1';
create aggregate total(integer) (sfunc = int4pl, stype = integer);
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touch before insert on child for each row execute function touch();
create rule keep as on delete to parent do instead nothing;
create collation plain from "C";
create table parts (id integer, kind text) partition by list (kind);
create table parts_a partition of parts for values in ('a');
alter table child enable row level security;
create policy own on child using (title = current_setting('app.x', true));
comment on table child is 'a child';
comment on column child.title is 'a title';
grant select on child to modernize_app;
grant update (title) on child to modernize_app;
