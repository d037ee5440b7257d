/** Any JSON value as it stands on the wire. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json | undefined;
}

/** A JSON object whose values nobody looked at: metadata, state values, configuration. */
export type Dict = Record<string, unknown>;
