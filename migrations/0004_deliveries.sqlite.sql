-- What Slack sent, stored before it is acknowledged.
CREATE TABLE inbox (
  id          TEXT    PRIMARY KEY NOT NULL CHECK (id <> ''),
  kind        TEXT    NOT NULL CHECK (kind IN ('command', 'press', 'submission')),
  received_at INTEGER NOT NULL CHECK (received_at > 0),
  body        TEXT    NOT NULL CHECK (json_valid(body)),
  done_at     INTEGER CHECK (done_at > 0),
  answer      TEXT,
  CHECK ((done_at IS NULL) = (answer IS NULL))
) STRICT;

CREATE INDEX inbox_unanswered ON inbox (received_at) WHERE done_at IS NULL;
CREATE INDEX inbox_by_instant ON inbox (received_at);

-- What waits to be done outside. AUTOINCREMENT, because a settlement of a row that is gone must never fit a later row.
CREATE TABLE outbox (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      TEXT    NOT NULL CHECK (kind <> ''),
  key       TEXT    NOT NULL,
  lane      TEXT    NOT NULL CHECK (lane <> ''),
  exclusive TEXT,
  -- 0 for what takes access away, which goes first; 1 for the rest.
  rank      INTEGER NOT NULL CHECK (rank = (kind <> 'revoke')),
  effect    TEXT    NOT NULL CHECK (json_valid(effect)),
  due_at    INTEGER NOT NULL CHECK (due_at >= 0),
  attempts  INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- How often the effect was asked for again while it waited.
  revision  INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),
  -- The revision that somebody is delivering; NULL while nobody is.
  claimed   INTEGER CHECK (claimed BETWEEN 0 AND revision),
  -- One more for each claim; who settles must name it.
  epoch     INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  UNIQUE (kind, key)
) STRICT;

CREATE INDEX outbox_by_lane ON outbox (lane, rank, due_at, id) WHERE claimed IS NULL;
CREATE INDEX outbox_due ON outbox (due_at, lane) WHERE claimed IS NULL;
CREATE INDEX outbox_claimed ON outbox (exclusive) WHERE claimed IS NOT NULL;

-- The audit sequence up to which each feed was told.
CREATE TABLE feeds (
  feed          TEXT    PRIMARY KEY NOT NULL,
  told_up_to    INTEGER NOT NULL CHECK (told_up_to >= 0)
) STRICT;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;
