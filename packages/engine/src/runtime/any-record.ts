/** A record whose fields users read without casts, as upstream types it: context, metadata, authenticated users. */
// biome-ignore lint/suspicious/noExplicitAny: that is what this type is for; nothing else uses it
export type AnyRecord = Record<string, any>;
