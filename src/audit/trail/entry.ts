import { TRAIL_ACTS, type TrailAct, type TrailEntry, type TrailNote } from '../../base/trail.js'
import { parseCanonical } from '../ledger/check-chain.js'
import { canonicalHash } from '../ledger/entry.js'

/** Characters of a subject, and of an actor. */
const SUBJECT_LENGTH_MAX = 300
const ACTOR_LENGTH_MAX = 64

/** Control characters, invisible ones that turn the direction of a text, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** A text from outside as it may stand in the log: one line, of a bounded length, that cannot steer a terminal. */
export function plain(text: string, lengthMax = SUBJECT_LENGTH_MAX): string {
  const printable = text.slice(0, lengthMax * 2).replace(UNPRINTABLE, '\ufffd')
  const letters = [...printable]
  return letters.length > lengthMax ? `${letters.slice(0, lengthMax - 1).join('')}…` : printable
}

/** The entry that comes behind another. */
export function entryBehind(
  last: { readonly number: number; readonly hash: string },
  at: string,
  { act, actor, subject }: TrailNote,
): TrailEntry {
  const said = {
    number: last.number + 1,
    at,
    act,
    actor: plain(actor, ACTOR_LENGTH_MAX),
    subject: plain(subject),
    previous: last.hash,
  }
  return { ...said, hash: canonicalHash(said) }
}

/** True when an entry is what its hash was made of. */
export function isTrue({ hash, ...said }: TrailEntry): boolean {
  return canonicalHash(said) === hash
}

/** The entry of a line; null unless the line is, byte for byte, the canonical JSON of one. */
export function parseTrailEntry(bytes: Uint8Array): TrailEntry | null {
  const entry = parseCanonical(bytes) as TrailEntry | null
  if (entry === null || typeof entry !== 'object') return null
  const isShaped =
    Object.keys(entry).sort().join() === 'act,actor,at,hash,number,previous,subject' &&
    Number.isSafeInteger(entry.number) &&
    [entry.at, entry.actor, entry.subject, entry.previous, entry.hash].every((text) => typeof text === 'string')
  return isShaped ? entry : null
}

export function isTrailAct(word: string): word is TrailAct {
  return Object.hasOwn(TRAIL_ACTS, word)
}
