-- The digest comes with a message: a second case under the same one must not stop every view and deadline behind it.
ALTER TABLE cases.summary DROP CONSTRAINT summary_code_digest_key;
CREATE INDEX summary_code ON cases.summary (code_digest);
