-- Terms that passed while somebody waits for a desk.
ALTER TABLE intake.melding
  ADD COLUMN first_contact_overdue boolean NOT NULL DEFAULT false,
  -- How many terms for assigning passed.
  ADD COLUMN assignment_overdue integer NOT NULL DEFAULT 0;

DROP INDEX intake.melding_waiting;
CREATE INDEX melding_waiting ON intake.melding (registered_at) WHERE status IN ('held', 'escalated', 'offered');
