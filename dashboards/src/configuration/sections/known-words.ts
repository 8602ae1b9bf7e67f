import { createContext } from 'preact'

/** Words of the plant that settings of a form may name, by setting: they are proposed while somebody types. */
export type KnownWords = Readonly<Record<string, readonly string[]>>

/** The words that the fields of the open form propose, beside those of its schema. */
export const KnownWordsOfForm = createContext<KnownWords>({})

const NONE: readonly string[] = []

/** Words that a setting proposes: those of the plant, else the examples of its schema. */
export function proposedWords(
  setting: string,
  known: KnownWords,
  examples: readonly unknown[] = NONE,
): readonly string[] {
  return known[setting] ?? examples.filter((one) => typeof one === 'string')
}
