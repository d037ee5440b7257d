/** The same type with its fields written out: what editors show is then the fields, not the names. */
export type Prettify<T> = { [K in keyof T]: T[K] } & {};
