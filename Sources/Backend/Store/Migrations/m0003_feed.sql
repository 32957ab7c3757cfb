-- A user's events in their order: for GET /events after a break, and for the deletion of an account.
CREATE INDEX events_user_id ON events (user_id, xid, seq);

-- How far old events were deleted: who asks for what follows an older place has missed some.
ALTER TABLE relay_cursor ADD COLUMN pruned_xid xid8 NOT NULL DEFAULT '0', ADD COLUMN pruned_seq bigint NOT NULL DEFAULT 0;
