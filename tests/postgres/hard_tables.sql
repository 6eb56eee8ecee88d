-- What a load must find again exactly as it was, on tables of the reference application.
create schema "odd ""place""";
create index "Odd ""name"" of; drop" on assets (lower(name)) include (asset_type) where not name like 'a%';
alter index "Odd ""name"" of; drop" alter column 1 set statistics 321;
comment on index "Odd ""name"" of; drop" is E'quoted ''thus'' and \\ thus';
create index assets_hash on assets using hash (id) with (fillfactor = 60);
create index assets_covering on assets (client_account_id, created_at desc nulls last) include (name);
alter table assets cluster on assets_covering;
create index labels on raw_import_records using gin (raw_data jsonb_path_ops);
create unique index users_identity on users (id, home_client_account_id);
alter table users replica identity using index users_identity;
alter table assets add constraint "late ""one""" unique (client_account_id, id, name) deferrable initially deferred;
comment on constraint "late ""one""" on assets is '-- no comment';
alter table assets add constraint "never checked" foreign key (client_account_id, raw_import_record_id)
  references raw_import_records (client_account_id, id) match full on delete cascade not valid;
comment on constraint "never checked" on assets is 'on purpose';
alter table asset_dependencies add constraint put_off foreign key (client_account_id, target_asset_id)
  references assets (client_account_id, id) deferrable initially deferred;
create table "odd ""place"""."Who's" (id integer primary key, "user" uuid references users (id), kept int[] default '{1}');
