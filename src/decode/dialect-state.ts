/** Something that decoding the next message depends on, under a name of its own; null when it is to be forgotten. */
export interface DialectState {
  readonly key: string
  readonly content: string | null
}
