-- Read models of mediation. Losing them loses nothing: they are filled again from the ledger and from what case told.

-- What case and intake said of a dossier, for whoever may handle it here.
CREATE TABLE mediation.casefile (
  dossier uuid PRIMARY KEY,
  desk text NOT NULL,
  melder uuid NOT NULL,
  -- Pseudonym within the dossier.
  contact_person uuid NOT NULL,
  anonymity text NOT NULL,
  open boolean NOT NULL DEFAULT true
);

-- The melder's later choice; may be told before the case is.
CREATE TABLE mediation.anonymity (
  dossier uuid PRIMARY KEY,
  anonymity text NOT NULL
);

-- What may stand in the ledger of a dossier. Written before the first entry, so that a withdrawal reaches it too.
CREATE TABLE mediation.begun (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('hearing', 'mediation')),
  dossier uuid NOT NULL
);
CREATE INDEX begun_dossier ON mediation.begun (dossier);

CREATE TABLE mediation.permit_request (
  request uuid PRIMARY KEY,
  hearing uuid NOT NULL
);
CREATE INDEX permit_request_hearing ON mediation.permit_request (hearing);

CREATE TABLE mediation.hearing (
  hearing uuid PRIMARY KEY,
  dossier uuid NOT NULL,
  kind text NOT NULL,
  organisation text,
  status text NOT NULL,
  -- Where it stood before it was over, for when it is reopened.
  status_before text,
  ending text,
  prepared_at timestamptz NOT NULL,
  -- The nearest end of a running term.
  next_due_at timestamptz,
  -- Something was sent to the respondent.
  reached boolean NOT NULL DEFAULT false,
  -- What waits for the handler: a reminder to one of the parties, or a closing notice.
  to_do text
);
CREATE INDEX hearing_dossier ON mediation.hearing (dossier);

-- Codes of parties: HMACs, each for one side of one hearing. A code in a letter that came back is not valid.
CREATE TABLE mediation.party_code (
  code_digest text PRIMARY KEY,
  hearing uuid NOT NULL,
  side text NOT NULL,
  request uuid NOT NULL,
  valid boolean NOT NULL DEFAULT true
);
CREATE INDEX party_code_request ON mediation.party_code (request);
