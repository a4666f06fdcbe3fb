-- Reports that wait to be counted, without an order among them. Filled from the ledger; a row goes when it was counted.
CREATE TABLE intake.to_count (
  dossier uuid NOT NULL,
  -- Commitment of what is to be counted, sealed in the dossier.
  counted text NOT NULL,
  day date NOT NULL,
  PRIMARY KEY (dossier, counted)
);
