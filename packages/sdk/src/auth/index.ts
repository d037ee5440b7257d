// Who sends a request, and what it may do: what `auth.path` of langgraph.json names
export { Auth, type AuthCall, type AuthenticateResult, type AuthHandler, type AuthUser } from "./auth.ts";
export type { AuthEvent, AuthEventKey, AuthValue } from "./auth-event.ts";
export type { AuthFilter, AuthResult } from "./auth-filter.ts";
export { HTTPException } from "./http-exception.ts";
