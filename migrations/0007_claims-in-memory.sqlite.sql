-- What is being delivered is known to the process that delivers, which holds the lock, and ends with it: nothing of it is kept.
DROP INDEX outbox_by_lane;
DROP INDEX outbox_due;
DROP INDEX outbox_claimed;
ALTER TABLE outbox DROP COLUMN claimed;
ALTER TABLE outbox DROP COLUMN epoch;
CREATE INDEX outbox_by_lane ON outbox (lane, rank, due_at);
CREATE INDEX outbox_due ON outbox (due_at, lane);
