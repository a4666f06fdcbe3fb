-- Whose codes they are: an erasure deletes those of one party and leaves those of the other.
ALTER TABLE mediation.hearing
  ADD COLUMN melder uuid,
  ADD COLUMN respondent uuid;
ALTER TABLE mediation.party_code
  ADD COLUMN dossier uuid,
  ADD COLUMN party uuid;

-- Codes of parties who were erased, so that whoever still comes by one is told. Without the pepper beside the keys a digest
-- leads to no code, and without its row to no hearing.
CREATE TABLE mediation.erased_code (code_digest text PRIMARY KEY);
