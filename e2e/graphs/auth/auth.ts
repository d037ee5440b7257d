import { Auth, HTTPException } from "@langchain/langgraph-sdk/auth";

/** Whoever comes with "Bearer NAME-token" is NAME; metadata says whose a resource is, and a namespace begins with its owner. */
export const auth = new Auth()
  .authenticate(async (request: Request) => {
    const name = /^Bearer (\w+)-token$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (name === undefined) {
      throw new HTTPException(401, { message: "Who are you?", headers: { "www-authenticate": "Bearer" } });
    }
    return { identity: name, permissions: name === "reader" ? ["read"] : ["read", "write"], team: "red" };
  })
  .on("*", ({ value, user }) => {
    if ("metadata" in value) value.metadata = { ...value.metadata, owner: user.identity };
    return { owner: user.identity };
  })
  .on("threads:create", ({ value, user, permissions }) => {
    if (!permissions.includes("write")) return false;
    value.metadata = { ...value.metadata, owner: user.identity };
    return { owner: user.identity };
  })
  .on("store", ({ value, user }) => {
    const namespace = value.namespace ?? [];
    if (namespace.length === 0) value.namespace = [user.identity];
    else if (namespace[0] !== user.identity) return false;
    return true;
  });
