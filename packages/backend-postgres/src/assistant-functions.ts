/** Changes of assistants, as functions of the database. */
export const ASSISTANT_FUNCTIONS = `
-- For each call the assistant it names; a row of nulls when there is none.
CREATE FUNCTION heddle.read_assistants(calls JSON) RETURNS SETOF heddle.assistants LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
  found heddle.assistants;
  wanted TEXT;
BEGIN
  FOR wanted IN SELECT id FROM json_to_recordset(calls) AS call(id TEXT) LOOP
    IF wanted IS DISTINCT FROM found.assistant_id THEN
      SELECT * INTO found FROM heddle.assistants WHERE assistant_id = wanted;
    END IF;
    RETURN NEXT found;
  END LOOP;
END $$;

-- See Assistants.update. What is null stays. The lock gives concurrent updates a version each.
CREATE FUNCTION heddle.update_assistant(
  of_assistant TEXT, new_graph TEXT, new_name TEXT, new_name_folded TEXT, has_description BOOLEAN, new_description TEXT,
  new_config TEXT, new_context TEXT, more_metadata JSONB, now_iso TEXT
) RETURNS SETOF heddle.assistants LANGUAGE plpgsql AS $$
DECLARE
  next heddle.assistants;
BEGIN
  SELECT * INTO next FROM heddle.assistants WHERE assistant_id = of_assistant FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE heddle.assistants SET
    version = (SELECT max(v.version) + 1 FROM heddle.assistant_versions v WHERE v.assistant_id = of_assistant),
    graph_id = coalesce(new_graph, graph_id), name = coalesce(new_name, name),
    name_folded = coalesce(new_name_folded, name_folded),
    description = CASE WHEN has_description THEN new_description ELSE description END,
    config = coalesce(new_config, config), context = coalesce(new_context, context),
    metadata = metadata || coalesce(more_metadata, '{}'), updated_at = now_iso
  WHERE assistant_id = of_assistant RETURNING * INTO next;
  INSERT INTO heddle.assistant_versions (assistant_id, version, graph_id, name, name_folded, description, config, context,
    metadata, created_at)
  VALUES (next.assistant_id, next.version, next.graph_id, next.name, next.name_folded, next.description, next.config,
    next.context, next.metadata, now_iso);
  RETURN NEXT next;
END $$;
`;
