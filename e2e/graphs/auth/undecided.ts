import { Auth } from "@heddle/sdk/auth";

/** Knows everybody, and allows nothing. */
export const auth = new Auth().authenticate(() => "ann");
