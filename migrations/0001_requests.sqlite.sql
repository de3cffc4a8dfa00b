-- What people decide. Instants are milliseconds since 1970, lengths are milliseconds; JSON columns hold canonical JSON.

CREATE TABLE requests (
  id                 TEXT    PRIMARY KEY NOT NULL CHECK (id GLOB 'R-??????'),
  version            INTEGER NOT NULL CHECK (version >= 1),
  state              TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'cancelled', 'lapsed')),
  -- The terms: what a yes agrees to. They never change.
  requester          TEXT    NOT NULL CHECK (requester <> ''),
  subject            TEXT    NOT NULL CHECK (subject <> ''),
  entitlement        TEXT    NOT NULL CHECK (entitlement <> ''),
  target             TEXT    NOT NULL CHECK (target <> ''),
  account            TEXT    NOT NULL CHECK (account <> ''),
  access             TEXT    NOT NULL CHECK (json_valid(access)),
  ttl_ms             INTEGER NOT NULL CHECK (ttl_ms > 0),
  purpose            TEXT    NOT NULL,
  reason_hash        TEXT    NOT NULL,
  rule               TEXT    NOT NULL CHECK (rule <> ''),
  approvers          TEXT    NOT NULL CHECK (json_valid(approvers)),
  quorum             INTEGER NOT NULL CHECK (quorum >= 0),
  digest             TEXT    NOT NULL CHECK (digest <> ''),
  -- What stands beside them.
  reason             TEXT    NOT NULL,
  requester_name     TEXT    NOT NULL,
  opened_at          INTEGER NOT NULL CHECK (opened_at > 0),
  lapses_at          INTEGER NOT NULL CHECK (lapses_at >= opened_at),
  members_at_opening TEXT    NOT NULL CHECK (json_valid(members_at_opening)),
  -- What each state adds.
  approved_at        INTEGER CHECK (approved_at > 0),
  denied_at          INTEGER CHECK (denied_at > 0),
  denied_by          TEXT,
  denied_by_name     TEXT,
  denied_note        TEXT,
  cancelled_at       INTEGER CHECK (cancelled_at > 0),
  lapsed_at          INTEGER CHECK (lapsed_at > 0),
  lapse_cause        TEXT    CHECK (lapse_cause IN ('too-late', 'terms-changed')),
  CHECK ((state = 'approved')  = (approved_at    IS NOT NULL)),
  CHECK ((state = 'denied')    = (denied_at      IS NOT NULL)),
  CHECK ((state = 'denied')    = (denied_by      IS NOT NULL)),
  CHECK ((state = 'denied')    = (denied_by_name IS NOT NULL)),
  CHECK ((state = 'denied')    = (denied_note    IS NOT NULL)),
  CHECK ((state = 'cancelled') = (cancelled_at   IS NOT NULL)),
  CHECK ((state = 'lapsed')    = (lapsed_at      IS NOT NULL)),
  CHECK ((state = 'lapsed')    = (lapse_cause    IS NOT NULL)),
  UNIQUE (id, subject)
) STRICT;

-- The same is not asked for twice while it waits.
CREATE UNIQUE INDEX requests_pending ON requests (subject, entitlement, ttl_ms, purpose, reason_hash) WHERE state = 'pending';
CREATE INDEX requests_due ON requests (lapses_at) WHERE state = 'pending';
CREATE INDEX requests_by_state ON requests (state, opened_at);
CREATE INDEX requests_by_subject ON requests (subject, opened_at);

CREATE TRIGGER requests_keep_their_terms
BEFORE UPDATE OF id, requester, subject, entitlement, target, account, access, ttl_ms, purpose, reason_hash, rule,
  approvers, quorum, digest, reason ON requests
BEGIN SELECT RAISE(ABORT, 'the terms of a request never change'); END;

CREATE TRIGGER requests_are_decided_once BEFORE UPDATE ON requests
WHEN OLD.state <> 'pending' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a decided request stays as it was decided'); END;

CREATE TRIGGER requests_stay BEFORE DELETE ON requests
BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END;

-- One person's yes. The requester's subject stands in the row, so that the database itself refuses a self-approval.
CREATE TABLE approvals (
  request           TEXT    NOT NULL,
  requester_subject TEXT    NOT NULL,
  subject           TEXT    NOT NULL CHECK (subject <> ''),
  slack_id          TEXT    NOT NULL CHECK (slack_id <> ''),
  name              TEXT    NOT NULL,
  at                INTEGER NOT NULL CHECK (at > 0),
  PRIMARY KEY (request, subject),
  FOREIGN KEY (request, requester_subject) REFERENCES requests (id, subject),
  CONSTRAINT nobody_approves_his_own_request CHECK (subject <> requester_subject)
) STRICT;

CREATE TRIGGER approvals_never_change BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals are never changed'); END;

CREATE TRIGGER approvals_stay BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals are never deleted'); END;

-- The posted copies of a request's card. Their ids are committed before posting and stand in the buttons.
CREATE TABLE copies (
  id          TEXT    PRIMARY KEY NOT NULL CHECK (id <> ''),
  version     INTEGER NOT NULL CHECK (version >= 1),
  request     TEXT    NOT NULL REFERENCES requests (id),
  audience    TEXT    NOT NULL CHECK (audience IN ('approvers', 'requester')),
  destination TEXT    NOT NULL CHECK (destination <> ''),
  channel     TEXT,
  ts          TEXT,
  CHECK (ts IS NULL OR channel IS NOT NULL)
) STRICT;

CREATE INDEX copies_of_request ON copies (request);
