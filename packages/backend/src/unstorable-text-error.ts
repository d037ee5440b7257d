/** A text that the database cannot hold where it stands, such as one with U+0000. Whoever sent it has to change it. */
export class UnstorableTextError extends TypeError {
  override readonly name = "UnstorableTextError";
}
