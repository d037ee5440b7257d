/** The API: crons, time to live of threads. */
export const SCHEMA_3 = "";
