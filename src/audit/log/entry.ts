import { AUDIT_ACTIONS, type AuditAction, type AuditEntry, type AuditNote } from '../../base/audit-log.js'
import { parseCanonical } from '../ledger/check-chain.js'
import { canonicalHash } from '../ledger/entry.js'

/** Characters of a subject, and of an actor. */
const SUBJECT_LENGTH_MAX = 300
const ACTOR_LENGTH_MAX = 64

/** Control characters, invisible ones that turn the direction of a text, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** A text from outside as it may stand in the log: one line, of a bounded length, that cannot steer a terminal. */
export function plainLine(text: string, lengthMax = SUBJECT_LENGTH_MAX): string {
  const printable = text.slice(0, lengthMax * 2).replace(UNPRINTABLE, '\ufffd')
  const letters = [...printable]
  return letters.length > lengthMax ? `${letters.slice(0, lengthMax - 1).join('')}…` : printable
}

/** The entry that comes behind another. */
export function entryBehind(
  last: { readonly number: number; readonly hash: string },
  at: string,
  { act, actor, subject }: AuditNote,
): AuditEntry {
  const said = {
    number: last.number + 1,
    at,
    act,
    actor: plainLine(actor, ACTOR_LENGTH_MAX),
    subject: plainLine(subject),
    previous: last.hash,
  }
  return { ...said, hash: canonicalHash(said) }
}

/** True when an entry is what its hash was made of. */
export function isTrue({ hash, ...said }: AuditEntry): boolean {
  return canonicalHash(said) === hash
}

/** The entry of a line; null unless the line is, byte for byte, the canonical JSON of one. */
export function parseAuditEntry(bytes: Uint8Array): AuditEntry | null {
  const entry = parseCanonical(bytes) as AuditEntry | null
  if (entry === null || typeof entry !== 'object') return null
  const isShaped =
    Object.keys(entry).sort().join() === 'act,actor,at,hash,number,previous,subject' &&
    Number.isSafeInteger(entry.number) &&
    [entry.at, entry.actor, entry.subject, entry.previous, entry.hash].every((text) => typeof text === 'string')
  return isShaped ? entry : null
}

export function isAuditAction(word: string): word is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, word)
}
