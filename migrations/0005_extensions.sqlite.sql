-- More time: a request may name the grant that it extends, and a grant the one that goes on from it.
ALTER TABLE requests ADD COLUMN extends TEXT REFERENCES grants (id);

CREATE INDEX requests_extending ON requests (extends) WHERE extends IS NOT NULL;

CREATE TRIGGER requests_extend_their_own BEFORE INSERT ON requests
WHEN NEW.extends IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM grants AS held
  WHERE held.id = NEW.extends
    AND held.requester = NEW.requester AND held.subject = NEW.subject AND held.entitlement = NEW.entitlement
    AND held.target = NEW.target AND held.account = NEW.account AND held.access = NEW.access
)
BEGIN SELECT RAISE(ABORT, 'a request extends only what the same person holds'); END;

CREATE TRIGGER requests_keep_what_they_extend BEFORE UPDATE OF extends ON requests
WHEN NEW.extends IS NOT OLD.extends
BEGIN SELECT RAISE(ABORT, 'what a request extends never changes'); END;

-- Since when the access is held, earlier grants counted; NULL for a grant that extends none.
ALTER TABLE grants ADD COLUMN began_at INTEGER CHECK (began_at BETWEEN 1 AND created_at);
-- The grant that goes on from this one.
ALTER TABLE grants ADD COLUMN extended_by TEXT CHECK (extended_by <> id);

CREATE TRIGGER grants_keep_their_beginning BEFORE UPDATE OF began_at ON grants
WHEN NEW.began_at IS NOT OLD.began_at
BEGIN SELECT RAISE(ABORT, 'the beginning of a grant never changes'); END;

CREATE TRIGGER grants_are_extended_by_request BEFORE UPDATE OF extended_by ON grants
WHEN NEW.extended_by IS NOT NULL AND NEW.extended_by IS NOT OLD.extended_by AND NOT EXISTS (
  SELECT 1 FROM requests AS asked
  WHERE asked.id = 'R-' || substr(NEW.extended_by, 3) AND asked.extends = OLD.id AND asked.state = 'approved'
)
BEGIN SELECT RAISE(ABORT, 'a grant is extended by an approved request that names it'); END;

-- At most one granting or active grant of a person and entitlement, less those that another goes on from.
DROP INDEX grants_live;
CREATE UNIQUE INDEX grants_live ON grants (subject, entitlement)
  WHERE state IN ('granting', 'active') AND extended_by IS NULL;
