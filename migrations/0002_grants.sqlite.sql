-- What a target really holds for one (target, account, access); grants lean on it.
CREATE TABLE holdings (
  id            TEXT    PRIMARY KEY NOT NULL CHECK (id <> ''),
  version       INTEGER NOT NULL CHECK (version >= 1),
  target        TEXT    NOT NULL CHECK (target <> ''),
  account       TEXT    NOT NULL CHECK (account <> ''),
  access        TEXT    NOT NULL CHECK (json_valid(access)),
  opened_at     INTEGER NOT NULL CHECK (opened_at > 0),
  preexisting   INTEGER CHECK (preexisting IN (0, 1)),
  call_ends_at  INTEGER CHECK (call_ends_at > 0),
  settles_at    INTEGER CHECK (settles_at > 0),
  closed_at     INTEGER CHECK (closed_at > 0),
  UNIQUE (id, target, account, access)
) STRICT;

CREATE UNIQUE INDEX holdings_open ON holdings (target, account, access) WHERE closed_at IS NULL;

CREATE TRIGGER holdings_stay_closed BEFORE UPDATE ON holdings
WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a closed holding stays closed'); END;

-- Otherwise access that was there before us could be taken away, or ours be left behind as if it were older.
CREATE TRIGGER holdings_are_asked_once BEFORE UPDATE ON holdings
WHEN OLD.preexisting IS NOT NULL AND NEW.preexisting IS NOT OLD.preexisting
BEGIN SELECT RAISE(ABORT, 'whether access was there before is asked once'); END;

-- One approved request's claim to access.
CREATE TABLE grants (
  id          TEXT    PRIMARY KEY NOT NULL,
  version     INTEGER NOT NULL CHECK (version >= 1),
  state       TEXT    NOT NULL CHECK (state IN ('granting', 'active', 'revoking', 'revoked')),
  -- Facts: they never change.
  request     TEXT    NOT NULL UNIQUE,
  requester   TEXT    NOT NULL CHECK (requester <> ''),
  subject     TEXT    NOT NULL CHECK (subject <> ''),
  entitlement TEXT    NOT NULL CHECK (entitlement <> ''),
  rule        TEXT    NOT NULL CHECK (rule <> ''),
  target      TEXT    NOT NULL CHECK (target <> ''),
  account     TEXT    NOT NULL CHECK (account <> ''),
  access      TEXT    NOT NULL CHECK (json_valid(access)),
  holding     TEXT    NOT NULL,
  created_at  INTEGER NOT NULL CHECK (created_at > 0),
  expires_at  INTEGER NOT NULL CHECK (expires_at > created_at),
  grant_by    INTEGER NOT NULL CHECK (grant_by BETWEEN created_at AND expires_at),
  -- What each state adds.
  active_at   INTEGER CHECK (active_at > 0),
  cause       TEXT    CHECK (cause <> ''),
  revoked_by  TEXT    CHECK (revoked_by <> ''),
  revoking_at INTEGER CHECK (revoking_at > 0),
  round       INTEGER CHECK (round >= 0),
  gone_at     INTEGER CHECK (gone_at > 0),
  stuck_at    INTEGER CHECK (stuck_at > 0),
  revoked_at  INTEGER CHECK (revoked_at > 0),
  detail      TEXT    CHECK (detail IN ('confirmed', 'released')),
  CHECK (substr(id, 1, 2) = 'G-' AND substr(id, 3) = substr(request, 3)),
  CHECK (state <> 'granting' OR active_at IS NULL),
  CHECK (state <> 'active'   OR active_at IS NOT NULL),
  CHECK ((state IN ('revoking', 'revoked')) = (cause       IS NOT NULL)),
  CHECK ((state IN ('revoking', 'revoked')) = (revoked_by  IS NOT NULL)),
  CHECK ((state IN ('revoking', 'revoked')) = (revoking_at IS NOT NULL)),
  CHECK ((state = 'revoking') = (round      IS NOT NULL)),
  CHECK (state = 'revoking' OR (gone_at IS NULL AND stuck_at IS NULL)),
  CHECK ((state = 'revoked')  = (revoked_at IS NOT NULL)),
  CHECK ((state = 'revoked')  = (detail     IS NOT NULL)),
  FOREIGN KEY (request, subject) REFERENCES requests (id, subject),
  FOREIGN KEY (holding, target, account, access) REFERENCES holdings (id, target, account, access)
) STRICT;

CREATE UNIQUE INDEX grants_live ON grants (subject, entitlement) WHERE state IN ('granting', 'active');
CREATE INDEX grants_due ON grants (expires_at) WHERE state IN ('granting', 'active');
CREATE INDEX grants_revoking ON grants (revoking_at) WHERE state = 'revoking';
CREATE INDEX grants_leaning ON grants (holding) WHERE state <> 'revoked';
CREATE INDEX grants_by_state ON grants (state, created_at);
CREATE INDEX grants_by_subject ON grants (subject, created_at);

-- Nothing becomes a grant but what was asked for, by whoever asked, for no longer than asked, with enough voices.
CREATE TRIGGER grants_need_an_approved_request BEFORE INSERT ON grants
WHEN NOT EXISTS (
  SELECT 1 FROM requests AS asked
  WHERE asked.id = NEW.request AND asked.state = 'approved'
    AND asked.requester = NEW.requester AND asked.subject = NEW.subject
    AND asked.entitlement = NEW.entitlement AND asked.rule = NEW.rule
    AND asked.target = NEW.target AND asked.account = NEW.account AND asked.access = NEW.access
    AND NEW.expires_at - NEW.created_at <= asked.ttl_ms
    AND (SELECT count(*) FROM approvals WHERE approvals.request = asked.id) >= asked.quorum
)
BEGIN SELECT RAISE(ABORT, 'a grant needs an approved request with its quorum, and gives no more than was asked'); END;

CREATE TRIGGER grants_keep_their_end BEFORE UPDATE OF expires_at ON grants
WHEN NEW.expires_at IS NOT OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'the end of a grant never moves'); END;

CREATE TRIGGER grants_keep_their_facts
BEFORE UPDATE OF id, request, requester, subject, entitlement, rule, target, account, access, holding, created_at,
  grant_by ON grants
BEGIN SELECT RAISE(ABORT, 'the facts of a grant never change'); END;

CREATE TRIGGER grants_only_go_forward BEFORE UPDATE ON grants
WHEN OLD.state = 'revoked'
  OR (OLD.state = 'revoking' AND NEW.state IN ('granting', 'active'))
  OR (OLD.state = 'active' AND NEW.state = 'granting')
BEGIN SELECT RAISE(ABORT, 'a grant never goes back to an earlier state'); END;

CREATE TRIGGER grants_stay BEFORE DELETE ON grants
BEGIN SELECT RAISE(ABORT, 'grants are never deleted'); END;
