CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    time_zone text,
    digest_enabled boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE lists (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    key text CHECK (key ~ '^[A-Z][A-Z0-9]{0,9}$'),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    next_number integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- The inbox is the list without a key: one a user.
CREATE UNIQUE INDEX lists_owner_key ON lists (owner_id, key) NULLS NOT DISTINCT;

CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    list_id uuid NOT NULL REFERENCES lists ON DELETE CASCADE,
    number integer NOT NULL,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 500),
    done boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    notes text NOT NULL DEFAULT '',
    due_on date,
    priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 3),
    tags text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT tasks_list_number_key UNIQUE (list_id, number),
    CONSTRAINT tasks_done_at_check CHECK (done = (done_at IS NOT NULL))
);
CREATE INDEX tasks_user_id ON tasks (user_id);
CREATE INDEX tasks_user_id_done ON tasks (user_id, done);
-- The list as people see it: newest first.
CREATE INDEX tasks_user_id_newest ON tasks (user_id, created_at DESC, id DESC);

-- The outbox. `xid` is the writing transaction: readers stay below the oldest one that is still running, so that no
-- late commit is skipped. `payload` is json, not jsonb: the bytes that were written are the bytes that are published.
CREATE TABLE events (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    user_id uuid NOT NULL,
    payload json NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    request_id text,
    PRIMARY KEY (xid, seq)
);

-- How far the events are published: one row.
CREATE TABLE relay_cursor (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    xid xid8 NOT NULL DEFAULT '0',
    seq bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO relay_cursor DEFAULT VALUES;

CREATE TABLE processed_events (
    event_id uuid PRIMARY KEY,
    processed_at timestamptz NOT NULL DEFAULT now()
);

-- One role a service. They can't log in by themselves: an operator grants each to a login of his own
-- (`GRANT todo_mailer TO mailer_login`). Roles belong to the whole cluster, so another database may have made them.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['todo_api', 'todo_scheduler', 'todo_mailer'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON users, lists, tasks, events, processed_events TO todo_api;
GRANT SELECT, UPDATE ON relay_cursor TO todo_api;
GRANT SELECT (id, email, created_at, time_zone, digest_enabled) ON users TO todo_scheduler;
GRANT SELECT ON lists, tasks, processed_events TO todo_scheduler;
GRANT SELECT, INSERT ON processed_events TO todo_mailer;
