-- 64 readers with 50 tasks each and 64 writers without, as load.py makes them; ids can be computed from the number.
INSERT INTO users (id, email, password_hash) SELECT md5('u' || n)::uuid, 'u' || n || '@example.com', 'x' FROM generate_series(1, 128) n;
INSERT INTO lists (id, owner_id, name, next_number) SELECT md5('l' || n)::uuid, md5('u' || n)::uuid, 'Inbox', 51 FROM generate_series(1, 128) n;
INSERT INTO tasks (id, user_id, list_id, number, title, created_at)
SELECT md5('t' || n)::uuid, md5('u' || (n - 1) / 50 + 1)::uuid, md5('l' || (n - 1) / 50 + 1)::uuid, (n - 1) % 50 + 1,
    'task number ' || (n - 1) % 50 || ' of a seeded user', now() - make_interval(secs => 3200 - n)
FROM generate_series(1, 3200) n;
VACUUM ANALYZE;
