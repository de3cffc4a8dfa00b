-- The audit log. `canonical` is the exact text that was hashed (RFC 8785); every other fact is derived from it and cannot
-- be changed apart from it. `text` is what a person typed: `text_hash` commits to salt and text, so that both can be
-- erased without breaking the chain. The triggers need `PRAGMA recursive_triggers = ON`, or a REPLACE passes them; who
-- gets round them all the same is found by `breakglass audit verify`.
CREATE TABLE audit (
  sequence    INTEGER PRIMARY KEY NOT NULL CHECK (sequence >= 1),
  canonical   TEXT NOT NULL,
  hash        TEXT NOT NULL CHECK (length(hash) = 64),
  salt        TEXT,
  text        TEXT,
  at          TEXT GENERATED ALWAYS AS (canonical ->> '$.at') VIRTUAL NOT NULL,
  name        TEXT GENERATED ALWAYS AS (canonical ->> '$.name') VIRTUAL NOT NULL,
  actor       TEXT GENERATED ALWAYS AS (canonical ->> '$.actor') VIRTUAL NOT NULL,
  subject     TEXT GENERATED ALWAYS AS (canonical ->> '$.subject') VIRTUAL,
  entitlement TEXT GENERATED ALWAYS AS (canonical ->> '$.entitlement') VIRTUAL,
  request     TEXT GENERATED ALWAYS AS (canonical ->> '$.request') VIRTUAL,
  grant_id    TEXT GENERATED ALWAYS AS (canonical ->> '$.grant') VIRTUAL,
  text_hash   TEXT GENERATED ALWAYS AS (canonical ->> '$.textHash') VIRTUAL,
  previous    TEXT GENERATED ALWAYS AS (canonical ->> '$.previous') VIRTUAL NOT NULL,
  CHECK (sequence = canonical ->> '$.sequence'),
  CHECK ((salt IS NULL) = (text IS NULL)),
  CHECK (text IS NULL OR canonical ->> '$.textHash' IS NOT NULL)
) STRICT;

CREATE INDEX audit_by_request ON audit (request) WHERE request IS NOT NULL;
CREATE INDEX audit_by_instant ON audit (at);

CREATE TRIGGER audit_is_a_chain BEFORE INSERT ON audit
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
  OR NEW.previous IS NOT coalesce((SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
BEGIN SELECT RAISE(ABORT, 'an audit event follows the last one'); END;

-- Only erasing is allowed: salt and text to NULL, nothing else.
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
WHEN NEW.sequence IS NOT OLD.sequence OR NEW.canonical IS NOT OLD.canonical OR NEW.hash IS NOT OLD.hash
  OR NEW.salt IS NOT NULL OR NEW.text IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;

CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;
