-- What is sealed comes with the append of the entry that commits to it, and is kept in the same transaction.

-- By dossier first, since whoever looks for a commitment knows its dossier: what is sealed lately then stands together,
-- and no index is as large and as scattered as one of digests alone.
alter table file drop constraint file_digest_fkey;
alter table sealed drop constraint sealed_pkey;
alter table sealed add primary key (dossier, digest);
drop index sealed_owner;
alter table file add constraint file_digest_fkey
  foreign key (dossier, digest) references sealed (dossier, digest) on delete cascade;

-- Null for what came with its entry: it is no orphan, and the sweep of orphans need not look at it.
alter table sealed alter sealed_at drop not null;
drop index sealed_time;
create index sealed_before_entry on sealed (sealed_at) where sealed_at is not null;

-- Called in one statement with a ledger's append, after it (`PostgresKeeper` of the event store). p_verdict is null when
-- every member of the batch was appended, else 0 for those that were; the others keep nothing. Rows to keep stand in
-- parallel arrays from p_member on; p_named are commitments, of the members p_named_by, to what must be here already, in
-- the dossier of the entry.
-- Content whose digest stands is the same content, sealed once and named by a second entry: with p_careful it is left as
-- it is; without, it fails the whole batch by unique violation, and the caller retries the members singly.
-- Raised for the whole batch: WD005 content of a party whose fence is up, WD006 a commitment to nothing.
create function keep_with_entries(
  p_verdict integer[], p_careful boolean,
  p_named_by integer[], p_named_in uuid[], p_named bytea[],
  p_member integer[], p_digest bytea[], p_dossier uuid[], p_party uuid[], p_key_id uuid[], p_path text[],
  p_nonce bytea[], p_ciphertext bytea[]
) returns void volatile language plpgsql
  set plan_cache_mode to force_generic_plan
  set enable_seqscan to off
as $$
begin
  insert into vault.sealed (digest, dossier, party, key_id, sealed_at, path, nonce, ciphertext)
    select row.digest, row.dossier, row.party, row.key_id, null, row.path, row.nonce, row.ciphertext
    from unnest(p_member, p_digest, p_dossier, p_party, p_key_id, p_path, p_nonce, p_ciphertext)
      as row (member, digest, dossier, party, key_id, path, nonce, ciphertext)
    where (p_verdict is null or p_verdict[row.member] = 0)
      and not (p_careful and exists (
        select from vault.sealed where sealed.dossier = row.dossier and sealed.digest = row.digest
      ));

  -- A statement of its own, after the insert took its lock on the table: whoever raises a fence waits for that lock, so a
  -- fence is either seen here or finds the rows.
  if exists (
    select from unnest(p_member, p_dossier, p_party) as row (member, dossier, party)
    join vault.fence on fence.dossier = row.dossier and fence.party = row.party
    where p_verdict is null or p_verdict[row.member] = 0
  ) then
    raise exception 'an entry encloses content of a party that was erased' using errcode = 'WD005';
  end if;

  if cardinality(p_named) > 0 and exists (
    select from unnest(p_named_by, p_named_in, p_named) as named (member, dossier, digest)
    where (p_verdict is null or p_verdict[named.member] = 0)
      and not exists (
        select from vault.sealed where sealed.dossier = named.dossier and sealed.digest = named.digest
      )
  ) then
    raise exception 'an entry commits to content that nobody keeps' using errcode = 'WD006';
  end if;
end $$;

revoke all on function keep_with_entries from public;
grant execute on function keep_with_entries to vault_keeper;
alter function keep_with_entries owner to vault_owner;
