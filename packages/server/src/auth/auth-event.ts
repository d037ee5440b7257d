/** What can be asked of whom: the events for which `Auth.on` of both official SDKs takes handlers. */
export const AUTH_EVENTS = {
  threads: ["create", "read", "update", "delete", "search", "create_run"],
  assistants: ["create", "read", "update", "delete", "search"],
  crons: ["create", "read", "update", "delete", "search"],
  store: ["put", "get", "search", "delete", "list_namespaces"],
} as const;

export type AuthResource = keyof typeof AUTH_EVENTS;

export type AuthEvent = { [R in AuthResource]: `${R}:${(typeof AUTH_EVENTS)[R][number]}` }[AuthResource];

/** The keys under which a handler may stand, the one that counts first. */
export function handlerKeys(event: AuthEvent): string[] {
  const { resource, action } = eventParts(event);
  return [event, resource, `*:${action}`, "*"];
}

export function eventParts(event: AuthEvent): { resource: string; action: string } {
  const [resource = "", action = ""] = event.split(":");
  return { resource, action };
}
