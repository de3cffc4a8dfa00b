-- Approvals that work at three in the morning: quorums of several groups, reminders and steps, broken glass and its
-- review, frozen people, the pause.

-- The deciding groups that an approver was in, and the shorter time that he agreed to.
ALTER TABLE approvals ADD COLUMN groups TEXT CHECK (json_valid(groups));
ALTER TABLE approvals ADD COLUMN ttl_ms INTEGER CHECK (ttl_ms > 0);

-- Terms that only some requests have: from which groups those who agree must be, and that the glass was broken.
ALTER TABLE requests ADD COLUMN needs TEXT CHECK (json_valid(needs));
ALTER TABLE requests ADD COLUMN glass INTEGER NOT NULL DEFAULT 0 CHECK (glass IN (0, 1));
-- What stands beside them.
ALTER TABLE requests ADD COLUMN link TEXT CHECK (link <> '');
ALTER TABLE requests ADD COLUMN known_at TEXT CHECK (json_valid(known_at));
-- Who was told so far.
ALTER TABLE requests ADD COLUMN escalated_ms INTEGER NOT NULL DEFAULT 0 CHECK (escalated_ms >= 0);
ALTER TABLE requests ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0 CHECK (reminded >= 0);
ALTER TABLE requests ADD COLUMN nudges INTEGER NOT NULL DEFAULT 0 CHECK (nudges >= 0);
ALTER TABLE requests ADD COLUMN nudged_at INTEGER CHECK (nudged_at > 0);
-- What a state adds.
ALTER TABLE requests ADD COLUMN looks_wrong INTEGER NOT NULL DEFAULT 0 CHECK (looks_wrong = 0 OR state = 'denied');
ALTER TABLE requests ADD COLUMN cancel_cause TEXT CHECK (cancel_cause IS NULL OR (cancel_cause IN ('leaver', 'emergency', 'disowned') AND state = 'cancelled'));

CREATE TRIGGER requests_keep_their_later_terms BEFORE UPDATE OF needs, glass, link ON requests
WHEN NEW.needs IS NOT OLD.needs OR NEW.glass IS NOT OLD.glass OR NEW.link IS NOT OLD.link
BEGIN SELECT RAISE(ABORT, 'the terms of a request never change'); END;

CREATE TRIGGER grants_keep_the_shortest_time BEFORE INSERT ON grants
WHEN NEW.expires_at - NEW.created_at > (SELECT min(ttl_ms) FROM approvals WHERE approvals.request = NEW.request)
BEGIN SELECT RAISE(ABORT, 'a grant lasts no longer than each approver agreed to'); END;

-- Messages of more kinds, in threads, for steps, and those that can never be posted.
CREATE TABLE new_copies (
  id          TEXT    PRIMARY KEY NOT NULL CHECK (id <> ''),
  version     INTEGER NOT NULL CHECK (version >= 1),
  request     TEXT    NOT NULL REFERENCES requests (id),
  audience    TEXT    NOT NULL CHECK (audience IN ('approvers', 'requester', 'receipt', 'glass')),
  destination TEXT    NOT NULL CHECK (destination <> ''),
  channel     TEXT,
  ts          TEXT,
  thread      TEXT    CHECK (thread <> ''),
  step_ms     INTEGER NOT NULL DEFAULT 0 CHECK (step_ms >= 0),
  failed      TEXT    CHECK (failed <> ''),
  CHECK (ts IS NULL OR channel IS NOT NULL)
) STRICT;
INSERT INTO new_copies (id, version, request, audience, destination, channel, ts)
  SELECT id, version, request, audience, destination, channel, ts FROM copies ORDER BY rowid;
DROP TABLE copies;
ALTER TABLE new_copies RENAME TO copies;
CREATE INDEX copies_of_request ON copies (request);

-- The look back that breaking the glass owes.
CREATE TABLE reviews (
  request      TEXT    PRIMARY KEY NOT NULL REFERENCES requests (id),
  version      INTEGER NOT NULL CHECK (version >= 1),
  state        TEXT    NOT NULL CHECK (state IN ('owed', 'filed')),
  requester    TEXT    NOT NULL CHECK (requester <> ''),
  subject      TEXT    NOT NULL CHECK (subject <> ''),
  entitlement  TEXT    NOT NULL CHECK (entitlement <> ''),
  rule         TEXT    NOT NULL CHECK (rule <> ''),
  opened_at    INTEGER NOT NULL CHECK (opened_at > 0),
  due_at       INTEGER NOT NULL CHECK (due_at > opened_at),
  reminded     INTEGER NOT NULL DEFAULT 0 CHECK (reminded >= 0),
  overdue_at   INTEGER CHECK (overdue_at > 0),
  account      TEXT    NOT NULL DEFAULT '',
  account_at   INTEGER CHECK (account_at > 0),
  outcome      TEXT    CHECK (outcome IN ('justified', 'not-justified', 'drill')),
  note         TEXT,
  filed_by     TEXT    CHECK (filed_by <> requester),
  filed_by_name TEXT,
  filed_at     INTEGER CHECK (filed_at > 0),
  CHECK ((state = 'filed') = (outcome       IS NOT NULL)),
  CHECK ((state = 'filed') = (note          IS NOT NULL)),
  CHECK ((state = 'filed') = (filed_by      IS NOT NULL)),
  CHECK ((state = 'filed') = (filed_by_name IS NOT NULL)),
  CHECK ((state = 'filed') = (filed_at      IS NOT NULL))
) STRICT;

CREATE INDEX reviews_owed ON reviews (due_at) WHERE state = 'owed';
CREATE INDEX reviews_by_subject ON reviews (subject, due_at);
CREATE INDEX reviews_by_rule ON reviews (rule, opened_at);

CREATE TRIGGER reviews_are_filed_once BEFORE UPDATE ON reviews WHEN OLD.state = 'filed'
BEGIN SELECT RAISE(ABORT, 'a filed review stays as it was filed'); END;

CREATE TRIGGER reviews_stay BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are never deleted'); END;

-- The subject that a Slack member had when he was first seen; replaced only when security has confirmed another one.
CREATE TABLE pins (
  id        TEXT    PRIMARY KEY NOT NULL CHECK (id <> ''),
  subject   TEXT    NOT NULL CHECK (subject <> ''),
  pinned_at INTEGER NOT NULL CHECK (pinned_at > 0)
) STRICT;

CREATE INDEX pins_by_subject ON pins (subject);

-- People to whom nothing is given until security lifts it; by subject or by Slack id.
CREATE TABLE freezes (
  id        INTEGER PRIMARY KEY,
  key       TEXT    NOT NULL CHECK (key <> ''),
  at        INTEGER NOT NULL CHECK (at > 0),
  frozen_by TEXT    NOT NULL CHECK (frozen_by <> ''),
  why       TEXT    NOT NULL CHECK (why IN ('looks-wrong', 'subject-changed', 'disowned')),
  request   TEXT    REFERENCES requests (id),
  thawed_at INTEGER CHECK (thawed_at > 0),
  thawed_by TEXT,
  CHECK ((thawed_at IS NULL) = (thawed_by IS NULL))
) STRICT;

CREATE INDEX freezes_that_last ON freezes (key) WHERE thawed_at IS NULL;

-- Times in which no access is given; at most one lasts.
CREATE TABLE pauses (
  id        TEXT    PRIMARY KEY NOT NULL CHECK (id <> ''),
  version   INTEGER NOT NULL CHECK (version >= 1),
  at        INTEGER NOT NULL CHECK (at > 0),
  paused_by TEXT    NOT NULL CHECK (paused_by <> ''),
  paused_by_name TEXT NOT NULL,
  reason    TEXT    NOT NULL,
  ended_at  INTEGER CHECK (ended_at > 0)
) STRICT;

CREATE UNIQUE INDEX pauses_that_last ON pauses (ended_at IS NULL) WHERE ended_at IS NULL;

-- Who agreed that a pause ends: two different people.
CREATE TABLE resume_voices (
  pause   TEXT    NOT NULL REFERENCES pauses (id),
  subject TEXT    NOT NULL CHECK (subject <> ''),
  by      TEXT    NOT NULL CHECK (by <> ''),
  at      INTEGER NOT NULL CHECK (at > 0),
  PRIMARY KEY (pause, subject)
) STRICT;

CREATE TRIGGER pauses_need_two_to_end BEFORE UPDATE OF ended_at ON pauses
WHEN NEW.ended_at IS NOT NULL AND (SELECT count(*) FROM resume_voices WHERE pause = NEW.id) < 2
BEGIN SELECT RAISE(ABORT, 'two different people must agree that a pause ends'); END;

-- Who was in a group when it was last looked at.
CREATE TABLE rosters (
  name    TEXT    PRIMARY KEY NOT NULL CHECK (name <> ''),
  members TEXT    NOT NULL CHECK (json_valid(members)),
  at      INTEGER NOT NULL CHECK (at > 0)
) STRICT;

-- What one person has to lose, asked each time that Slack says that somebody changed.
CREATE INDEX requests_waiting_for ON requests (requester) WHERE state = 'pending';
CREATE INDEX grants_held_by ON grants (requester) WHERE state IN ('granting', 'active');

-- What was noted of people stays: a freeze is lifted, a pause ends, a pin is replaced; none is ever gone.
CREATE TRIGGER pauses_stay BEFORE DELETE ON pauses
BEGIN SELECT RAISE(ABORT, 'pauses are never deleted'); END;

CREATE TRIGGER freezes_stay BEFORE DELETE ON freezes
BEGIN SELECT RAISE(ABORT, 'freezes are never deleted'); END;

CREATE TRIGGER pins_stay BEFORE DELETE ON pins
BEGIN SELECT RAISE(ABORT, 'pins are never deleted'); END;
