-- People with tasks, :users of them with :tasks each: an inbox of titles as long as people write them, of every five tasks
-- one done, the others overdue, due today, due later or not due at all, by the days around :'day'.
SET session_replication_role = replica;
INSERT INTO users (id, email, password_hash, created_at)
SELECT md5(u::text)::uuid, 'reader-' || u || '@example.org', '', :'day'::date - 100 FROM generate_series(1, :users) AS u;
INSERT INTO lists (id, owner_id, name, next_number, created_at)
SELECT id, id, 'Inbox', :tasks + 1, created_at FROM users;
INSERT INTO tasks (id, user_id, list_id, number, title, done, done_at, due_on, priority, created_at)
SELECT gen_random_uuid(), user_id, user_id, t, 'Call the bank about letter number ' || u * t, t % 5 = 0,
    CASE WHEN t % 5 = 0 THEN :'day'::timestamp AT TIME ZONE 'UTC' - t * interval '3 hours' END,
    CASE WHEN t % 3 > 0 THEN :'day'::date + t - 5 END, t % 4, :'day'::date - 100 + t
FROM (SELECT u, md5(u::text)::uuid AS user_id FROM generate_series(1, :users) AS u) AS users, generate_series(1, :tasks) AS t;
SET session_replication_role = DEFAULT;
VACUUM ANALYZE;
