-- Read models of signalling. No row leads to a dossier or a person. Losing them loses nothing: patterns and signals are
-- filled again from the ledger, reports and hearings from what intake and mediation announce.

-- One row per counted report, as intake announced it.
CREATE TABLE signalling.report (
  count uuid PRIMARY KEY,
  month text NOT NULL,
  residence text,
  incident text,
  grounds text[] NOT NULL,
  terreinen text[] NOT NULL,
  natures text[] NOT NULL,
  melder_kind text NOT NULL,
  desk text NOT NULL,
  new_person boolean NOT NULL,
  new_event boolean NOT NULL,
  cluster uuid
);

CREATE INDEX report_month ON signalling.report (month);

-- One row per hearing with an organisation, under an id that leads to no dossier.
CREATE TABLE signalling.hearing (
  hearing uuid PRIMARY KEY,
  sector text NOT NULL,
  region text,
  month text NOT NULL,
  -- How the respondent dealt with the last delivered request; null until one was judged.
  cooperation text
);

CREATE INDEX hearing_month ON signalling.hearing (month);

CREATE TABLE signalling.pattern (
  pattern uuid PRIMARY KEY,
  organisation text NOT NULL,
  desks text[] NOT NULL,
  reports integer NOT NULL,
  -- Null: named, and no pattern. Never shown then.
  detected_at timestamptz
);

CREATE TABLE signalling.signal (
  signal uuid PRIMARY KEY,
  status text NOT NULL,
  addressee text NOT NULL,
  basis text NOT NULL,
  pattern uuid,
  terrein text,
  from_month text NOT NULL,
  until_month text NOT NULL,
  drafted_at timestamptz NOT NULL,
  sent_at timestamptz,
  due_at timestamptz,
  received_at timestamptz,
  -- Set once, and it stays: an answer after it is late.
  overdue_at timestamptz,
  answered_at timestamptz,
  action text,
  planned_on date,
  follow_up_due_at timestamptz,
  follow_up_fell_due boolean NOT NULL DEFAULT false,
  progress text,
  advice uuid,
  advice_due_at timestamptz,
  advice_overdue boolean NOT NULL DEFAULT false
);

CREATE INDEX signal_addressee ON signalling.signal (addressee, sent_at);
