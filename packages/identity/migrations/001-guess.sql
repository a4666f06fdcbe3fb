-- How often a code or a source was guessed wrong. Keys are HMACs: neither a code nor an address can be read here.
create table guess (
  key bytea primary key,
  failures integer not null check (failures >= 0),
  -- Until when everything under this key is refused; null where nothing is.
  blocked_until timestamptz,
  seen_at timestamptz not null,
  -- Whether the last attempt fell inside the blocked time; written and read back by one statement.
  refused boolean not null
);

create index guess_seen_at on guess (seen_at);

comment on table guess is 'If lost: guessing starts again without delay. If tampered with: the same, or a caller waits.';
