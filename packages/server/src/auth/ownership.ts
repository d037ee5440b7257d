import { ServerError } from "../errors.ts";
import type { AuthEvent } from "./auth-event.ts";
import type { AuthUser } from "./auth-user.ts";

type Value = Record<string, unknown>;

/** The key of metadata that says whose a resource is. */
const OWNER = "owner";

/**
 * Authorization for those who write no handlers: whoever makes a resource owns it and nobody else sees it. Default assistants
 * are everybody's to read. In the store, everybody has the namespaces that begin with their identity. Returns the filter, as a
 * handler would, and changes the value.
 */
export function authorizeOwner(event: AuthEvent, value: Value, { identity }: AuthUser): Value {
  const [resource, action] = event.split(":");
  if (resource === "store") {
    value.namespace = ownNamespace(value.namespace, identity, action === "search" || action === "list_namespaces");
    return {};
  }
  if (action === "create" || action === "create_run") {
    const { created_by: _, ...metadata } = metadataOf(value);
    value.metadata = { ...metadata, [OWNER]: identity };
  } else if (action === "update" && value.metadata !== undefined) {
    value.metadata = { ...metadataOf(value), [OWNER]: identity };
  }
  const isReading = event === "assistants:read" || event === "assistants:search";
  return isReading ? { $or: [{ [OWNER]: identity }, { created_by: "system" }] } : { [OWNER]: identity };
}

function ownNamespace(given: unknown, identity: string, mayBeEmpty: boolean): unknown {
  const labels = Array.isArray(given) ? given : [];
  if (labels[0] === identity) return labels;
  if (labels.length === 0 && mayBeEmpty) return [identity];
  throw new ServerError(
    "forbidden",
    `Not authorized: namespace ${JSON.stringify(labels)} is not yours; yours begin with "${identity}"`,
  );
}

function metadataOf(value: Value): Value {
  return typeof value.metadata === "object" && value.metadata !== null ? { ...value.metadata } : {};
}
