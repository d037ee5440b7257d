/** The store, as functions of the database. */
export const ITEM_FUNCTIONS = `
-- Writes an item with its embeddings. One that has ended is another item. A clock that stands still or steps back must not hide
-- a change.
CREATE FUNCTION heddle.put_item(
  of_namespace TEXT, of_key TEXT, new_value TEXT, now_ms BIGINT, ttl DOUBLE PRECISION, vectors JSONB
) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  place BIGINT;
BEGIN
  DELETE FROM heddle.items WHERE namespace = of_namespace AND key = of_key AND expires_at <= now_ms;
  INSERT INTO heddle.items AS item (namespace, key, value, created_at, updated_at, ttl_minutes, expires_at)
  VALUES (of_namespace, of_key, new_value, now_ms, now_ms, ttl, now_ms + ttl * 60000)
  ON CONFLICT (namespace, key) DO UPDATE
  SET value = excluded.value, updated_at = greatest(excluded.updated_at, item.updated_at + 1),
    ttl_minutes = excluded.ttl_minutes, expires_at = excluded.expires_at
  RETURNING position INTO place;
  DELETE FROM heddle.item_vectors WHERE position = place;
  INSERT INTO heddle.item_vectors (position, n, dims, embedding)
  SELECT place, v.n, jsonb_array_length(v.vector), ARRAY(SELECT x::real FROM jsonb_array_elements_text(v.vector) AS x)
  FROM jsonb_array_elements(vectors) WITH ORDINALITY AS v(vector, n);
END $$;

-- The cosine of the angle between vectors of length 1.
CREATE FUNCTION heddle.dot_product(a REAL[], b REAL[]) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT sum(x::double precision * y) FROM unnest(a, b) AS t(x, y)
$$;
`;
