-- Read models of case. Losing them loses nothing: they are filled again from the ledger.
CREATE TABLE cases.summary (
  dossier uuid PRIMARY KEY,
  status text NOT NULL,
  desk text NOT NULL,
  -- Pseudonyms within the dossier.
  contact_person uuid NOT NULL,
  stands_in boolean NOT NULL DEFAULT false,
  deputies uuid[] NOT NULL DEFAULT '{}',
  offered_to uuid,
  first_contact text NOT NULL DEFAULT 'due',
  anonymity text NOT NULL,
  melder_kind text NOT NULL,
  melder_decides boolean NOT NULL,
  acute_danger boolean NOT NULL,
  our_role text,
  outcome text,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz
);

CREATE INDEX summary_work ON cases.summary (desk, status);

-- What runs against a term, and what is past it.
CREATE TABLE cases.clock (
  dossier uuid NOT NULL,
  kind text NOT NULL,
  due_at timestamptz NOT NULL,
  overdue boolean NOT NULL DEFAULT false,
  PRIMARY KEY (dossier, kind)
);
