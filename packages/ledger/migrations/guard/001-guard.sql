-- The signing guards of ledgers, one row each, in a database that no restore of a ledger's database takes back in time.
create table guard (
  ledger text collate "C" primary key,
  epoch integer not null check (epoch >= 1),
  origin text collate "C" not null,
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32)
);

-- The same rule as every guard has, for whoever may write here.
create function only_forward() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or new.ledger <> old.ledger or new.epoch < old.epoch
    or new.epoch = old.epoch and (new.origin <> old.origin or new.size < old.size
      or new.size = old.size and new.root <> old.root) then
    raise exception 'the guard of % never goes back', old.ledger using errcode = 'WD012';
  end if;
  return new;
end $$;
create trigger guard_goes_forward before update or delete on guard for each row execute function only_forward();
alter table guard enable always trigger guard_goes_forward;
