-- Files: their bytes in chunks under AES-256-GCM, outside the ledger. What a file is called, its size and its hash stand in
-- the disclosure that names it, never here.

-- `digest` names that disclosure; null while the file is being written. `chunks`: how many there are, from then on.
create table file (
  id uuid primary key,
  dossier uuid not null,
  party uuid not null,
  key_id uuid not null,
  sealed_at timestamptz not null default clock_timestamp(),
  digest bytea unique references sealed (digest) on delete cascade,
  chunks int check (chunks > 0),
  constraint named_when_whole check ((digest is null) = (chunks is null))
);
create index file_owner on file (dossier, party);
create index file_unfinished on file (sealed_at) where digest is null;

create table file_chunk (
  file uuid not null references file (id) on delete cascade,
  index int not null check (index >= 0),
  nonce bytea not null check (octet_length(nonce) = 12),
  ciphertext bytea not null,
  primary key (file, index)
);
-- What is sealed does not compress.
alter table file_chunk alter ciphertext set storage external;

grant select, insert, delete on file, file_chunk to vault_keeper;
grant update (digest, chunks) on file to vault_keeper;
grant select, delete on file, file_chunk to vault_eraser;
alter table file owner to vault_owner;
alter table file_chunk owner to vault_owner;
