-- Read models of intake. Losing them loses nothing: they are filled again from the ledger.
CREATE TABLE intake.melding (
  dossier uuid PRIMARY KEY,
  status text NOT NULL,
  -- 'intake' until a desk has accepted.
  holder text NOT NULL,
  offered_to text,
  due_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  channel text NOT NULL,
  melder_kind text NOT NULL,
  anonymity text NOT NULL,
  acute_danger boolean NOT NULL,
  classified boolean NOT NULL DEFAULT false,
  registered_at timestamptz NOT NULL,
  first_contact_due_at timestamptz NOT NULL,
  -- HMAC of the melder's code.
  code_digest text NOT NULL UNIQUE
);

CREATE INDEX melding_inbox ON intake.melding (offered_to, due_at) WHERE status = 'offered';
CREATE INDEX melding_waiting ON intake.melding (registered_at) WHERE status IN ('held', 'escalated');

-- What was done, as the melder may see it by code: coded steps, no content.
CREATE TABLE intake.step (
  dossier uuid NOT NULL,
  -- Which entry or message it comes from: the same one twice is one step.
  source uuid NOT NULL,
  step text NOT NULL,
  by_holder text NOT NULL,
  at timestamptz NOT NULL,
  -- The order in which they were written: two steps of one moment stay in theirs.
  ordinal bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (dossier, source)
);
