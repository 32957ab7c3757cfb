-- What GET /tasks?limit=50 asks.
\set u random(1, 64)
SELECT t.id, l.key, t.number, t.title, t.done, t.notes, t.due_on, t.priority, t.tags, t.version, t.created_at, t.updated_at, t.done_at, t.deleted_at FROM tasks t JOIN lists l ON l.id = t.list_id WHERE t.user_id = md5('u' || :u::text)::uuid AND t.deleted_at IS NULL ORDER BY t.created_at DESC, t.id DESC LIMIT 51;
