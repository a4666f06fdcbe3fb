-- What runs or ran in a dossier elsewhere, as the others announced it: a running matter holds an erasure back.
CREATE TABLE cases.matter (
  id uuid PRIMARY KEY,
  dossier uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('hearing', 'mediation', 'referral')),
  running boolean NOT NULL,
  -- One party was served what the other said.
  served boolean NOT NULL DEFAULT false
);
CREATE INDEX matter_dossier ON cases.matter (dossier);

-- Erasures asked for, held back, decided and carried out. Random ids, codes and instants only: it outlives what it is about.
CREATE TABLE cases.erasure (
  stream text PRIMARY KEY,
  dossier uuid NOT NULL,
  party uuid NOT NULL,
  status text NOT NULL,
  ground text,
  requested_at timestamptz,
  answer_due_at timestamptz,
  overdue boolean NOT NULL DEFAULT false,
  decided_at timestamptz,
  completed_at timestamptz,
  final_due_at timestamptz,
  final_at timestamptz,
  incomplete boolean NOT NULL DEFAULT false,
  UNIQUE (dossier, party)
);
CREATE INDEX erasure_status ON cases.erasure (status, requested_at);

CREATE TABLE cases.legal_hold (
  hold uuid PRIMARY KEY,
  stream text NOT NULL,
  review_due_at timestamptz NOT NULL,
  overdue boolean NOT NULL DEFAULT false
);
CREATE INDEX legal_hold_stream ON cases.legal_hold (stream);
