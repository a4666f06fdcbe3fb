-- What referral knows of a case: which desk holds it, and whether it is open. Fed by the messages of case; for
-- authorisation only. Losing it stops new referrals until those messages are read again.
CREATE TABLE referral.casefile (
  dossier uuid PRIMARY KEY,
  desk text NOT NULL,
  melder uuid NOT NULL,
  open boolean NOT NULL
);

-- For which text a permission was given: withdrawing it recalls what rests on it. Losing it recalls more, never less.
CREATE TABLE referral.permission (
  permission uuid PRIMARY KEY,
  digest text NOT NULL
);

-- Every referral and request that may exist, written before its first entry: what case says must reach all of them,
-- also those that the read model below has not caught up with. A row without a stream harms nobody.
CREATE TABLE referral.begun (
  referral uuid PRIMARY KEY,
  dossier uuid NOT NULL,
  partner text NOT NULL
);
CREATE INDEX begun_dossier ON referral.begun (dossier);

CREATE TABLE referral.permit_request (
  request uuid PRIMARY KEY,
  referral uuid NOT NULL
);
CREATE INDEX permit_request_referral ON referral.permit_request (referral);

-- Read models. Losing them loses nothing: they are filled again from the ledger.
CREATE TABLE referral.referral (
  referral uuid PRIMARY KEY,
  dossier uuid NOT NULL,
  desk text NOT NULL,
  partner text NOT NULL,
  form text NOT NULL,
  status text NOT NULL,
  -- Why it stands still or ended: a code.
  why text,
  opened boolean NOT NULL DEFAULT false,
  seen_due_at timestamptz,
  accept_due_at timestamptz,
  contact_due_at timestamptz,
  feedback_due_at timestamptz,
  begun_at timestamptz NOT NULL,
  offered_at timestamptz,
  seen_at timestamptz,
  accepted_at timestamptz,
  contact_at timestamptz,
  done_at timestamptz,
  outcome text
);
CREATE INDEX referral_dossier ON referral.referral (dossier, begun_at);
CREATE INDEX referral_partner ON referral.referral (partner, offered_at) WHERE offered_at IS NOT NULL;

-- What the layer above has to look at: a silent step, or a partner that cannot get on.
CREATE TABLE referral.escalation (
  referral uuid NOT NULL,
  what text NOT NULL,
  dossier uuid NOT NULL,
  partner text NOT NULL,
  layer text NOT NULL,
  raised_at timestamptz NOT NULL,
  taken_up_at timestamptz,
  PRIMARY KEY (referral, what)
);
CREATE INDEX escalation_open ON referral.escalation (layer, raised_at) WHERE taken_up_at IS NULL;

CREATE TABLE referral.covenant (
  covenant uuid PRIMARY KEY,
  version integer NOT NULL,
  partners text[] NOT NULL,
  desks text[] NOT NULL,
  purpose text NOT NULL,
  fields text[] NOT NULL,
  valid_from date NOT NULL,
  valid_until date NOT NULL,
  revoked boolean NOT NULL
);
