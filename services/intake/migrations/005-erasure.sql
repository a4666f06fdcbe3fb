-- Whose rows they are: an erasure deletes the rows of one party and leaves those of the others. Rows from before have none;
-- they go with the dossier's melder.
ALTER TABLE intake.melding
  ADD COLUMN melder uuid,
  ADD COLUMN erased boolean NOT NULL DEFAULT false;
ALTER TABLE intake.step ADD COLUMN melder uuid;
ALTER TABLE intake.to_count ADD COLUMN melder uuid;
