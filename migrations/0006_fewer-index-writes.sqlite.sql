-- Every grant, not only those that are not revoked: with a condition on `state` the index is written anew at each of its
-- changes. A holding is closed when its last grant ends, so few grants ever lean on one.
DROP INDEX grants_leaning;
CREATE INDEX grants_leaning ON grants (holding);

-- No query asks for it.
DROP INDEX audit_by_instant;
