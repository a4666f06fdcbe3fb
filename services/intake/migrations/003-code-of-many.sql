-- Two reports of one code are next to impossible; should it happen, it must not stop every view and deadline behind it.
ALTER TABLE intake.melding DROP CONSTRAINT melding_code_digest_key;
CREATE INDEX melding_code ON intake.melding (code_digest);
