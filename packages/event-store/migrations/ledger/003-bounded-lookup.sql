-- The last entry of a stream is looked for from what the caller expects on, and a batch of single entries, which is the
-- usual one, is seen to be in order at one glance. Nothing else of the function is changed.
select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- Appends a batch of members (one call of the port each) in one statement, and so in one round trip and one
-- transaction. Entries stand flat in parallel arrays; p_first[m] is the index of member m's first entry, p_follows[m]
-- the earlier member of this batch on the same stream, or 0 (null instead of all zeros). p_owner[k] is an owner named by
-- the entry at index p_named_by[k] (both null when nobody is named). With p_careful the ids are looked up first; without
-- it a repeated id fails the whole batch by unique violation, and the caller retries the members singly.
-- Answer: base is the position before the batch. verdict is null when every member was appended; otherwise per member
-- 0 appended, 1 already done, 2 conflict, 3 id reused, 4 names a fenced owner, 5 halted, with in at_revision what the
-- stream stands at and in at_position the position of the member's last entry.
-- Raised for the whole batch: WD001 the clock is behind, WD002 a category that was not granted, WD003 the clock is ahead,
-- WD004 arrays that are no appends.
-- volatile, so that each statement sees what was committed before the lock was granted.
create or replace function append(
  p_at timestamptz, p_careful boolean, p_first integer[], p_follows integer[],
  p_stream text[], p_revision integer[], p_id uuid[], p_type text[], p_dossier uuid[], p_bytes bytea[],
  p_named_by integer[], p_owner uuid[],
  out base bigint, out verdict integer[], out at_position bigint[], out at_revision integer[]
) volatile security definer language plpgsql set search_path from current
  -- Otherwise the planner looks at the arrays of each call and plans each statement anew.
  set plan_cache_mode to force_generic_plan
  -- A plan made while a table was small must not outlive that.
  set enable_seqscan to off
as $$
declare
  v_size constant integer := cardinality(p_id);
  v_members constant integer := cardinality(p_first);
  v_now constant timestamptz := coalesce(p_at, clock_timestamp());
  v_granted text[];
  v_simulated boolean;
  v_head timestamptz;
  v_halted text;
  v_fenced integer[];
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

  select array_agg(r.category), bool_or(r.simulated) into v_granted, v_simulated
    from append_right r where pg_has_role(session_user, r.role::oid, 'member');
  if '*' = any (v_granted) is not true then
    if exists (select from unnest(p_stream) s where split_part(s, '-', 1) = any (v_granted) is not true) then
      raise exception '% may not append to every one of these categories', session_user using errcode = 'WD002';
    end if;
    -- Everybody's appends would be refused until the time that it writes.
    if v_simulated is not true and v_now > clock_timestamp() + interval '2 seconds' then
      raise exception 'the clock says %, the database %', v_now, clock_timestamp() using errcode = 'WD003';
    end if;
  end if;

  -- Members begin at rising indexes from the first on; within one, and from one to what follows on it, the stream stays
  -- the same and its revisions count on. So no caller leaves a gap in a stream.
  if v_members = v_size and p_follows is null and p_first = array(select generate_series(1, v_size)) then
    null;
  elsif p_first[1] = 1 is not true or exists (
    select from unnest(p_first) with ordinality as m (first, n)
    where coalesce(p_first[m.n + 1], v_size + 1) > m.first is not true
  ) or v_members <> v_size and exists (
    select from unnest(p_first) with ordinality as m (first, n)
    cross join generate_series(m.first + 1, coalesce(p_first[m.n + 1] - 1, v_size)) as i
    where p_stream[i] = p_stream[m.first] is not true
      or p_revision[i] = p_revision[m.first] + (i - m.first) is not true
  ) or p_follows is not null and exists (
    select from unnest(p_follows) with ordinality as f (earlier, n)
    where f.earlier <> 0 and (
      f.earlier between 1 and f.n - 1 and p_stream[p_first[f.earlier]] = p_stream[p_first[f.n]]
    ) is not true
  ) then
    raise exception 'these arrays are no appends' using errcode = 'WD004';
  end if;

  update head set position = position + v_size, recorded_at = greatest(recorded_at, v_now)
    returning position - v_size, recorded_at, halted into base, v_head, v_halted;
  if v_head > v_now + interval '2 seconds' then
    raise exception 'the clock says %, the head was recorded at %', v_now, v_head using errcode = 'WD001';
  end if;

  if p_owner is not null then
    select array_agg(named.entry) into v_fenced
      from unnest(p_named_by, p_owner) as named (entry, owner)
      join fence on fence.dossier = p_dossier[named.entry] and fence.owner = named.owner;
  end if;

  -- From what is expected on: without that bound the scan reads a whole page of a long stream to find its last entry.
  select array_agg(coalesce(e.revision, -1) order by m.n),
      bool_or(coalesce(e.revision, -1) <> p_revision[m.first] - 1)
    into v_actual, v_unexpected
    from unnest(p_first) with ordinality as m (first, n)
    left join lateral (
      select revision from entry where stream = p_stream[m.first] and revision >= p_revision[m.first] - 1
      order by revision desc limit 1
    ) as e on true;

  if v_unexpected or p_careful or p_follows is not null or v_fenced is not null or v_halted is not null then
    verdict := array_fill(0, array[v_members]);
    at_position := array_fill(null::bigint, array[v_members]);
    at_revision := array_fill(-1, array[v_members]);
    v_place := array_fill(null::integer, array[v_size]);
    for m in 1 .. v_members loop
      v_from := p_first[m];
      v_to := coalesce(p_first[m + 1] - 1, v_size);
      v_current := case when p_follows[m] > 0 then at_revision[p_follows[m]] else v_actual[m] end;
      if v_current = -1 and p_revision[v_from] > 0 then
        select coalesce(max(revision), -1) into v_current from entry where stream = p_stream[v_from];
      end if;
      v_repeated := p_careful
        and (look_up(p_stream[v_from], p_id[v_from:v_to], p_type[v_from:v_to])).found > 0;
      if v_repeated then
        verdict[m] := 2;
      elsif v_fenced is not null and exists (select from unnest(v_fenced) i where i between v_from and v_to) then
        verdict[m] := 4;
      elsif v_halted is not null and split_part(p_stream[v_from], '-', 1) <> 'evidence' then
        verdict[m] := 5;
      elsif p_revision[v_from] - 1 <> v_current then
        verdict[m] := 2;
      end if;
      if verdict[m] <> 0 then
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

  -- Who lost against its own repeat, in this batch or before, has not lost; nor has what stood before a fence or a halt.
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
