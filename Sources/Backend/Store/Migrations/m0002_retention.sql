-- What is deleted for good after a while: without this the sweep would read the whole table for the few that are due.
CREATE INDEX tasks_deleted_at ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
