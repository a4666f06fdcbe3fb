-- One ledger: its schema is `ledger_<name>`, its roles are `ledger_<name>_{owner,appender,reader}`. The runner has set
-- search_path to the schema; temporary tables must never come before ours, so pg_temp is named, and named last.
select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

create table entry (
  position bigint primary key,
  revision integer not null check (revision >= 0),
  id uuid not null unique,
  dossier uuid,
  stream text collate "C" not null,
  type text collate "C" not null,
  bytes bytea not null,
  unique (stream, revision)
);
create index entry_dossier on entry (dossier, position);

-- The row that every append locks first: it makes position order the same as commit order, without a hole.
create table head (
  only_row boolean primary key default true check (only_row),
  position bigint not null default 0,
  recorded_at timestamptz not null default '-infinity'
) with (fillfactor = 10);
insert into head default values;

-- Who may append to which categories; `*` is all of them. A role of a process cannot write here.
create table append_right (
  role regrole not null,
  category text collate "C" not null,
  primary key (role, category)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on %.% is refused: entries are never changed', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger entry_is_final before update or delete on entry
  for each statement execute function refuse_change();
create trigger entry_stays before truncate on entry
  for each statement execute function refuse_change();
alter table entry enable always trigger entry_is_final;
alter table entry enable always trigger entry_stays;

-- How many of these ids exist, how many of them in this stream under these types, and where the last one stands.
create function look_up(
  p_stream text, p_id uuid[], p_type text[],
  out found bigint, out same bigint, out last_position bigint, out last_revision integer
) stable language sql
  -- A plan made while the table was small must not outlive that.
  set enable_seqscan to off
begin atomic
  select count(*), count(*) filter (where entry.stream = p_stream and entry.type = asked.type),
    max(entry.position), max(entry.revision)
  from unnest(p_id, p_type) as asked (id, type) join entry on entry.id = asked.id;
end;

-- Appends a batch of members (one call of the port each) in one statement, and so in one round trip and one
-- transaction. Entries stand flat in parallel arrays; p_first[m] is the index of member m's first entry, p_follows[m]
-- the earlier member of this batch on the same stream, or 0 (null instead of all zeros). With p_careful the ids are looked up first; without it
-- a repeated id fails the whole batch by unique violation, and the caller retries the members singly.
-- Answer: base is the position before the batch. verdict is null when every member was appended; otherwise per member
-- 0 appended, 1 already done, 2 conflict, 3 id reused, with in at_revision what the stream stands at and in
-- at_position the position of the member's last entry.
-- volatile, so that each statement sees what was committed before the lock was granted.
create function append(
  p_at timestamptz, p_careful boolean, p_first integer[], p_follows integer[],
  p_stream text[], p_revision integer[], p_id uuid[], p_type text[], p_dossier uuid[], p_bytes bytea[],
  out base bigint, out verdict integer[], out at_position bigint[], out at_revision integer[]
) volatile security definer language plpgsql set search_path from current
  -- Otherwise the planner looks at the arrays of each call and plans each statement anew.
  set plan_cache_mode to force_generic_plan
as $$
declare
  v_size constant integer := cardinality(p_id);
  v_members constant integer := cardinality(p_first);
  v_now constant timestamptz := coalesce(p_at, clock_timestamp());
  v_granted text[];
  v_head timestamptz;
  v_actual integer[];
  v_unexpected boolean;
  v_place integer[];
  v_kept integer := 0;
  v_current integer;
  v_from integer;
  v_to integer;
  v_repeated boolean;
  v_known record;
begin
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  select array_agg(r.category) into v_granted
    from append_right r where pg_has_role(session_user, r.role::oid, 'member');
  if '*' = any (v_granted) is not true and exists (
    select from unnest(p_stream) s where split_part(s, '-', 1) = any (v_granted) is not true
  ) then
    raise exception '% may not append to every one of these categories', session_user using errcode = 'WD002';
  end if;

  update head set position = position + v_size, recorded_at = greatest(recorded_at, v_now)
    returning position - v_size, recorded_at into base, v_head;
  if v_head > v_now + interval '2 seconds' then
    raise exception 'the clock says %, the head was recorded at %', v_now, v_head using errcode = 'WD001';
  end if;

  select array_agg(coalesce(e.revision, -1) order by m.n),
      bool_or(coalesce(e.revision, -1) <> p_revision[m.first] - 1)
    into v_actual, v_unexpected
    from unnest(p_first) with ordinality as m (first, n)
    left join lateral (
      select revision from entry where stream = p_stream[m.first] order by revision desc limit 1
    ) as e on true;

  if v_unexpected or p_careful or p_follows is not null then
    verdict := array_fill(0, array[v_members]);
    at_position := array_fill(null::bigint, array[v_members]);
    at_revision := array_fill(-1, array[v_members]);
    v_place := array_fill(null::integer, array[v_size]);
    for m in 1 .. v_members loop
      v_from := p_first[m];
      v_to := coalesce(p_first[m + 1] - 1, v_size);
      v_current := case when p_follows[m] > 0 then at_revision[p_follows[m]] else v_actual[m] end;
      v_repeated := p_careful
        and (look_up(p_stream[v_from], p_id[v_from:v_to], p_type[v_from:v_to])).found > 0;
      if v_repeated or p_revision[v_from] - 1 <> v_current then
        verdict[m] := 2;
        at_revision[m] := v_current;
      else
        for i in v_from .. v_to loop
          v_kept := v_kept + 1;
          v_place[i] := v_kept;
        end loop;
        at_position[m] := base + v_kept;
        at_revision[m] := p_revision[v_to];
      end if;
    end loop;
    update head set position = base + v_kept where v_kept <> v_size;
  end if;

  insert into entry (position, revision, id, dossier, stream, type, bytes)
    select base + case when v_place is null then e.n else v_place[e.n] end,
      e.revision, e.id, e.dossier, e.stream, e.type, e.bytes
    from unnest(p_revision, p_id, p_dossier, p_stream, p_type, p_bytes) with ordinality
      as e (revision, id, dossier, stream, type, bytes, n)
    where v_place is null or v_place[e.n] is not null;

  -- Who lost against its own repeat, in this batch or before, has not lost.
  if verdict is not null then
    for m in 1 .. v_members loop
      continue when verdict[m] = 0;
      v_from := p_first[m];
      v_to := coalesce(p_first[m + 1] - 1, v_size);
      select * into v_known from look_up(p_stream[v_from], p_id[v_from:v_to], p_type[v_from:v_to]);
      if v_known.found = 0 then
        continue;
      elsif v_known.same = v_to - v_from + 1 then
        verdict[m] := 1;
        at_position[m] := v_known.last_position;
        at_revision[m] := v_known.last_revision;
      else
        verdict[m] := 3;
      end if;
    end loop;
  end if;
end $$;

revoke all on function append, look_up, refuse_change from public;

-- Roles belong to the whole server and outlive the database: another ledger of this name may have made them.
do $$
declare
  v_schema constant text := current_schema();
  v_owner constant text := v_schema || '_owner';
  v_appender constant text := v_schema || '_appender';
  v_reader constant text := v_schema || '_reader';
  v_role text;
begin
  foreach v_role in array array[v_owner, v_appender, v_reader] loop
    begin
      execute format('create role %I nologin', v_role);
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant %I to current_user with set true, inherit true', v_owner);
  end if;
  execute format('grant usage on schema %I to %I, %I', v_schema, v_reader, v_appender);
  execute format('grant select on entry, head to %I, %I', v_reader, v_appender);
  execute format(
    'grant execute on function append(timestamptz, boolean, integer[], integer[], text[], integer[], uuid[], text[],'
    ' uuid[], bytea[]) to %I', v_appender);
  execute format('insert into append_right values (%L::regrole, ''*'')', v_appender);
  execute format('grant create, usage on schema %I to %I', v_schema, v_owner);
  execute format('alter function refuse_change() owner to %I', v_owner);
  execute format('alter function look_up(text, uuid[], text[]) owner to %I', v_owner);
  execute format(
    'alter function append(timestamptz, boolean, integer[], integer[], text[], integer[], uuid[], text[], uuid[],'
    ' bytea[]) owner to %I', v_owner);
  execute format('alter table entry owner to %I', v_owner);
  execute format('alter table head owner to %I', v_owner);
  execute format('alter table append_right owner to %I', v_owner);
end $$;
