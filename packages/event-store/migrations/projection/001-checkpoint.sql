-- How far each projection has come. Written in the same transaction as the effects.
create table checkpoint (
  name text primary key,
  position text collate "C" not null
) with (fillfactor = 50);
