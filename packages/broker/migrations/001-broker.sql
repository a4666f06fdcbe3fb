-- Topics of the embedded broker. A partition's row is locked while its messages are inserted, so that offsets become
-- visible in order and without holes.
create table topic_partition (
  topic text not null,
  partition integer not null,
  next_offset bigint not null default 0,
  primary key (topic, partition)
) with (fillfactor = 50);

create table message (
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  key text,
  headers json not null,
  value bytea not null,
  published_at timestamptz not null default clock_timestamp(),
  primary key (topic, partition, "offset")
);

create table group_member (
  group_name text not null,
  member uuid not null,
  expires_at timestamptz not null,
  primary key (group_name, member)
) with (fillfactor = 50);

-- `committed` is the next offset to read.
create table group_partition (
  group_name text not null,
  topic text not null,
  partition integer not null,
  committed bigint not null default 0,
  owner uuid,
  primary key (group_name, topic, partition)
) with (fillfactor = 50);

-- One row per service and log. Who holds the newest fence may move the checkpoint.
create table relay (
  name text primary key,
  checkpoint text not null default '',
  holder uuid,
  fence bigint not null default 0,
  expires_at timestamptz
) with (fillfactor = 50);

-- Which number an announcement got, for ever: a repeat carries the same.
create table announced (
  source text not null,
  entry_id uuid not null,
  type text not null,
  subject text not null,
  sequence bigint not null,
  primary key (source, entry_id, type),
  unique (source, subject, sequence)
);

create table subject_sequence (
  source text not null,
  subject text not null,
  last bigint not null,
  primary key (source, subject)
) with (fillfactor = 70);

-- The last sequence a group has handled: moves in the transaction of the effect.
create table guard (
  group_name text not null,
  source text not null,
  subject text not null,
  last bigint not null,
  primary key (group_name, source, subject)
) with (fillfactor = 70);

-- Messages that came too early and wait for those before them.
create table held (
  group_name text not null,
  source text not null,
  subject text not null,
  sequence bigint not null,
  topic text not null,
  partition integer not null,
  "offset" text not null,
  message json not null,
  held_at timestamptz not null default clock_timestamp(),
  primary key (group_name, source, subject, sequence)
);

create table parked_subject (
  group_name text not null,
  subject text not null,
  reason text not null check (reason in ('undecodable', 'failed', 'gap')),
  error text not null,
  parked_at timestamptz not null default clock_timestamp(),
  primary key (group_name, subject)
);

-- `source`, `sequence` and `message` are null for what could not be decoded; that stands in `raw`.
create table parked_message (
  id bigint generated always as identity primary key,
  group_name text not null,
  subject text not null,
  topic text not null,
  partition integer not null,
  "offset" text not null,
  source text,
  sequence bigint,
  message json,
  raw bytea,
  parked_at timestamptz not null default clock_timestamp(),
  unique (group_name, topic, partition, "offset"),
  unique (group_name, source, subject, sequence)
);
create index on parked_message (group_name, subject, id);

create table operator_act (
  id bigint generated always as identity primary key,
  group_name text not null,
  subject text not null,
  kind text not null check (kind in ('redrive', 'discard')),
  by text not null,
  reason text,
  messages integer not null,
  acted_at timestamptz not null default clock_timestamp()
);
