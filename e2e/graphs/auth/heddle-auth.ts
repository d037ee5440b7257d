import { Auth, HTTPException } from "@heddle/sdk/auth";

/** As auth.ts, with our own Auth, and without handlers for the store: there nobody may do anything. */
export const auth = new Auth()
  .authenticate(async (request) => {
    const name = /^Bearer (\w+)-token$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (name !== undefined) return { identity: name };
    throw new HTTPException(401, { message: "Who are you?", headers: { "www-authenticate": "Bearer" } });
  })
  .on(["threads", "assistants", "crons"], ({ value, user }) => {
    if ("metadata" in value) value.metadata = { ...value.metadata, owner: user.identity };
    return { owner: user.identity };
  });
