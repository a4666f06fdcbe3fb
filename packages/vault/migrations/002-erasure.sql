-- Erasure: what a fence needs beside it, and KEK epochs.

-- Erased content leaves its digest behind, so that opening it says so. Old row versions stay in the heap until vacuum and
-- in WAL and backups as long as those are kept: sealed under a key of which nothing but other backups hold a copy.
alter table sealed
  alter nonce drop not null,
  alter ciphertext drop not null,
  add column erased_at timestamptz,
  add constraint sealed_or_erased check (
    (erased_at is null and nonce is not null and ciphertext is not null)
    or (erased_at is not null and nonce is null and ciphertext is null)
  );

-- Keys that were destroyed, by SHA-256 of their id. `epochs`: the KEK epochs that stood then and could unwrap a copy of
-- the key in a backup; null until the key store has named them.
create table destroyed_key (
  fingerprint bytea primary key check (octet_length(fingerprint) = 32),
  dossier uuid not null,
  party uuid not null,
  epochs text[],
  destroyed_at timestamptz not null default clock_timestamp()
);
create index destroyed_key_owner on destroyed_key (dossier, party);

-- KEK epochs under which no key is kept any more, because they are about to be destroyed or have been.
create table retired_kek (
  kek text primary key,
  retired_at timestamptz not null default clock_timestamp()
);

-- Tables that may hold something about a party. An owner column is empty where every row of the dossier goes.
create table erasure_target (
  table_schema text not null,
  table_name text not null,
  dossier_column text not null,
  owner_column text not null,
  primary key (table_schema, table_name, dossier_column, owner_column)
);

-- Up to where the ledger's erasures were compared with what is kept here.
create table erasure_compared (
  only_row boolean primary key default true check (only_row),
  position text collate "C" not null
);
insert into erasure_compared (position) values ('');

-- Erases, and changes KEK epochs. The keeper, which seals and opens, can do neither.
do $$
begin
  begin
    create role vault_eraser nologin;
  exception when duplicate_object or unique_violation then
    null;
  end;
  execute format('grant usage on schema %I to vault_eraser', current_schema());
end $$;
grant select on retired_kek to vault_keeper;
grant select, insert on erasure_target to vault_keeper, vault_eraser;
grant select, insert on fence, retired_kek, destroyed_key to vault_eraser;
grant update (epochs) on destroyed_key to vault_eraser;
grant select, delete on data_key, sealed, pseudonym to vault_eraser;
grant update (kek, wrapped) on data_key to vault_eraser;
grant update (nonce, ciphertext, erased_at) on sealed to vault_eraser;
grant select, update on erasure_compared to vault_eraser;
alter table destroyed_key owner to vault_owner;
alter table retired_kek owner to vault_owner;
alter table erasure_target owner to vault_owner;
alter table erasure_compared owner to vault_owner;
