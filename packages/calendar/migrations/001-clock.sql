-- The simulated clock's distance from the time of the database. No row: time is real.
-- Owned by the calendar package; written only by a process that runs on a simulated clock.
CREATE TABLE clock.offset_row (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Negative when simulated time lies in the past, as in the simulation of an earlier year.
  offset_milliseconds bigint NOT NULL
);

-- Time that has been handed out cannot be taken back: the distance only grows, for every role.
CREATE FUNCTION clock.refuse_backwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.offset_milliseconds >= OLD.offset_milliseconds THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the clock never goes backwards' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER offset_only_grows BEFORE UPDATE OR DELETE ON clock.offset_row
  FOR EACH ROW EXECUTE FUNCTION clock.refuse_backwards();

CREATE TRIGGER offset_stays BEFORE TRUNCATE ON clock.offset_row
  FOR EACH STATEMENT EXECUTE FUNCTION clock.refuse_backwards();

-- Every role reads the time; who may move it is granted by whoever runs a simulated clock.
GRANT USAGE ON SCHEMA clock TO PUBLIC;
GRANT SELECT ON clock.offset_row TO PUBLIC;
