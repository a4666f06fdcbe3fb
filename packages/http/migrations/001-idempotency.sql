-- Which idempotency keys were used in the last 24 hours. No body and no answer is kept.
create table idempotency (
  -- UUIDv5 of (actor, service and route, key).
  command_id uuid primary key,
  -- Keyed HMAC of the input.
  fingerprint bytea not null,
  -- Status of the last answer; null while none was given, or when the process died before it.
  status smallint,
  kept_until timestamptz not null
);

create index idempotency_kept_until on idempotency (kept_until);

comment on table idempotency is 'If lost: another body under a used key is answered as the repeat that its command id makes it. If tampered with: a repeat is refused or a mistake goes unnoticed; nothing is done twice.';
