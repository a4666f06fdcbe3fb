-- The tree of one ledger: its schema is `tlog_<name>`, its roles are `tlog_<name>_{owner,keeper,reader}`. The runner has
-- set search_path to the schema; temporary tables must never come before ours, so pg_temp is named, and named last.
select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

create table epoch (
  number integer primary key check (number >= 1),
  origin text collate "C" not null unique
);

-- One row for each tile, growing to 256 hashes of 32 bytes. Tile (level, index) of c2sp.org/tlog-tiles.
create table tile (
  epoch integer not null,
  level smallint not null check (level between 0 and 63),
  index bigint not null check (index >= 0),
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (epoch, level, index)
);
-- Hashes do not compress.
alter table tile alter hashes set storage external;

-- The signed notes published last, verbatim.
create table checkpoint (
  epoch integer not null,
  kind text collate "C" not null check (kind in ('integrated', 'witnessed')),
  size bigint not null check (size >= 0),
  note text not null,
  primary key (epoch, kind)
) with (fillfactor = 50);

create table vkey (
  number integer primary key generated always as identity,
  vkey text collate "C" not null unique
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on %.% is refused: what the tree stands on is never changed', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

create function only_extend() returns trigger language plpgsql as $$
begin
  if (new.epoch, new.level, new.index) is distinct from (old.epoch, old.level, old.index)
    or substring(new.hashes for octet_length(old.hashes)) is distinct from old.hashes then
    raise exception 'tile (%, %) of epoch % exists with other hashes', old.level, old.index, old.epoch
      using errcode = 'WD010';
  end if;
  return new;
end $$;

create function only_forward() returns trigger language plpgsql as $$
begin
  if (new.epoch, new.kind) is distinct from (old.epoch, old.kind) or new.size < old.size then
    raise exception 'a checkpoint of size % is published', old.size using errcode = 'WD011';
  end if;
  return new;
end $$;

create trigger tile_is_extended before update on tile for each row execute function only_extend();
create trigger tile_stays before delete or truncate on tile for each statement execute function refuse_change();
create trigger checkpoint_goes_forward before update on checkpoint for each row execute function only_forward();
create trigger checkpoint_stays before delete or truncate on checkpoint
  for each statement execute function refuse_change();
create trigger vkey_stays before update or delete or truncate on vkey
  for each statement execute function refuse_change();
create trigger epoch_stays before update or delete or truncate on epoch
  for each statement execute function refuse_change();
alter table tile enable always trigger tile_is_extended;
alter table tile enable always trigger tile_stays;
alter table checkpoint enable always trigger checkpoint_goes_forward;
alter table checkpoint enable always trigger checkpoint_stays;
alter table vkey enable always trigger vkey_stays;
alter table epoch enable always trigger epoch_stays;

revoke all on function refuse_change, only_extend, only_forward from public;

-- Roles belong to the whole server and outlive the database: another ledger of this name may have made them.
do $$
declare
  v_schema constant text := current_schema();
  v_owner constant text := v_schema || '_owner';
  v_keeper constant text := v_schema || '_keeper';
  v_reader constant text := v_schema || '_reader';
  v_table text;
  v_role text;
begin
  foreach v_role in array array[v_owner, v_keeper, v_reader] loop
    begin
      execute format('create role %I nologin', v_role);
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant %I to current_user with set true, inherit true', v_owner);
  end if;
  execute format('grant usage on schema %I to %I, %I', v_schema, v_reader, v_keeper);
  execute format('grant create, usage on schema %I to %I', v_schema, v_owner);
  execute format('grant select on epoch, tile, checkpoint, vkey to %I, %I', v_reader, v_keeper);
  execute format('grant insert on epoch, tile, checkpoint, vkey to %I', v_keeper);
  execute format('grant update on tile, checkpoint to %I', v_keeper);
  execute format('alter function refuse_change() owner to %I', v_owner);
  execute format('alter function only_extend() owner to %I', v_owner);
  execute format('alter function only_forward() owner to %I', v_owner);
  foreach v_table in array array['epoch', 'tile', 'checkpoint', 'vkey'] loop
    execute format('alter table %I owner to %I', v_table, v_owner);
  end loop;
end $$;
