-- Sealed personal content and the wrapped keys to it. Nothing here is readable without the key-encryption key.

-- One data key per party in a dossier, wrapped. Destroying the row is what makes an erasure final.
create table data_key (
  dossier uuid not null,
  party uuid not null,
  id uuid not null,
  kek text not null,
  wrapped bytea not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (dossier, party)
);

-- Whose key may never be made again. Checked wherever a key or a row would be written.
create table fence (
  dossier uuid not null,
  party uuid not null,
  raised_at timestamptz not null default clock_timestamp(),
  primary key (dossier, party)
);

-- A disclosure (RFC 9901) under AES-256-GCM, named by the digest that an entry of the ledger holds. The time is the
-- server's own, not the simulated clock: it only tells the sweep of orphans how long to wait.
create table sealed (
  digest bytea primary key check (octet_length(digest) = 32),
  dossier uuid not null,
  party uuid not null,
  key_id uuid not null,
  sealed_at timestamptz not null default clock_timestamp(),
  path text not null,
  nonce bytea not null check (octet_length(nonce) = 12),
  ciphertext bytea not null
);
create index sealed_owner on sealed (dossier, party);
create index sealed_time on sealed using brin (sealed_at);

-- The directory of pseudonyms; `person` is an HMAC under a key of the vault.
create table pseudonym (
  scope text collate "C" not null,
  person bytea not null check (octet_length(person) = 32),
  pseudonym uuid not null unique,
  primary key (scope, person)
);

-- Where the ledger stood at some moments: what was sealed after `at` is named only after `position`.
create table sweep_mark (
  at timestamptz primary key,
  position text collate "C" not null
);
insert into sweep_mark values ('-infinity', '');

-- Roles belong to the whole server and outlive the database. A login role of a process is made a member of the keeper.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['vault_owner', 'vault_keeper'] loop
    begin
      execute format('create role %I nologin', v_role);
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute 'grant vault_owner to current_user with set true, inherit true';
  end if;
  execute format('grant create, usage on schema %I to vault_owner', current_schema());
  execute format('grant usage on schema %I to vault_keeper', current_schema());
end $$;
grant select, insert on data_key, sealed, pseudonym, sweep_mark to vault_keeper;
grant delete on sealed, sweep_mark to vault_keeper;
grant select on fence to vault_keeper;
alter table data_key owner to vault_owner;
alter table fence owner to vault_owner;
alter table sealed owner to vault_owner;
alter table pseudonym owner to vault_owner;
alter table sweep_mark owner to vault_owner;
