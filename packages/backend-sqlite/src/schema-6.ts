/** What is written on top of a checkpoint while it is being put belongs to its row. */
export const SCHEMA_6 = `
-- StoredWrites as JSON. Those that came later are rows of checkpoint_writes.
ALTER TABLE checkpoints ADD COLUMN writes TEXT;
`;
