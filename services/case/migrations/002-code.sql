-- HMAC of the melder's code; absent for a case that opened before acceptances handed it on.
ALTER TABLE cases.summary ADD COLUMN code_digest text UNIQUE;
