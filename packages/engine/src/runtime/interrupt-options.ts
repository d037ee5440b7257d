/** How an answer must look: a zod schema, whose result becomes the answer, or a JSON schema. */
export interface InterruptOptions {
  responseSchema?: object;
}
