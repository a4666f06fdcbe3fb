-- Deadlines are a projection of entries that carry a due instant; losing this table loses nothing but time: it is
-- filled again by replaying the entries.
CREATE TABLE clock.deadline (
  service text NOT NULL,
  stream text NOT NULL,
  kind text NOT NULL,
  dossier uuid,
  due_at timestamptz NOT NULL,
  PRIMARY KEY (service, stream, kind)
);

CREATE INDEX deadline_due ON clock.deadline (service, due_at);
