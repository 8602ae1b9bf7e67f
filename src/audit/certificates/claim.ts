import {
  CERTIFICATE_STATES,
  type CertificateRange,
  type CertificateState,
  type ConflictReason,
  certificateCount,
  certificateNumber,
  certificateRange,
  certificateWord,
} from '../../base/energy-certificates.js'
import { EVENT_FIELDS } from '../../base/events.js'

/** A statement of people about certificates of green electricity, as the register takes it. */
export interface CertificateClaim extends CertificateRange {
  readonly plant: string
  /** Id of the entry, without what an approval adds to it. */
  readonly entry: string
  readonly issuer: string
  /** MWh of each of them. */
  readonly mwhEach: number
  /** Month of generation, such as 2026-10. */
  readonly generated: string
  readonly technology: string
  readonly state: CertificateState
  /** Month of consumption that they are retired for; null while they are not. */
  readonly usedFor: string | null
  readonly author: string
  readonly document: string | null
  /** It waits for somebody else than its author, and keeps the numbers until then. */
  readonly isProposed: boolean
  /** Instant at which it was put on record, RFC 3339. */
  readonly at: string
}

/** Person and paper behind a claim, and when it was made. */
export type ClaimOrigin = Pick<CertificateClaim, 'plant' | 'entry' | 'author' | 'document' | 'isProposed' | 'at'>

/** Reads the fields of an entry; null where they do not say what a certificate needs. */
export function certificateClaim(
  fields: Readonly<Record<string, unknown>>,
  origin: ClaimOrigin,
): CertificateClaim | null {
  const { data } = EVENT_FIELDS.energy_certificate.safeParse(fields)
  const range = data === undefined ? null : certificateRange(data.first, data.last)
  if (data === undefined || range === null) return null
  const { issuer, mwh, generated, technology, state, used_for: usedFor = null } = data
  return { ...origin, ...range, issuer, mwhEach: mwh / certificateCount(range), generated, technology, state, usedFor }
}

/** The reason for which a claim cannot follow one of the same certificates; null when it can. */
export function conflictReason(claim: CertificateClaim, before: CertificateClaim): ConflictReason | null {
  if (claim.plant !== before.plant) return 'other_plant'
  if (claim.generated !== before.generated || !isSameWord(claim.technology, before.technology)) return 'other_facts'
  if (Math.abs(claim.mwhEach - before.mwhEach) > 1e-9 * before.mwhEach) return 'other_facts'
  const isLater = CERTIFICATE_STATES.indexOf(claim.state) > CERTIFICATE_STATES.indexOf(before.state)
  return isLater ? null : 'said_before'
}

/** Certificates that two claims would both have; null when there are none. */
export function claimedByBoth(a: CertificateRange, b: CertificateRange): CertificateRange | null {
  const { first } = a.first > b.first ? a : b
  const { last } = a.last < b.last ? a : b
  return a.prefix === b.prefix && first <= last ? { ...a, first, last } : null
}

/** A range as people read it. */
export function rangeWords(range: CertificateRange): string {
  const [first, last] = [certificateNumber(range, range.first), certificateNumber(range, range.last)]
  return first === last ? first : `${first} to ${last}`
}

export function isSameWord(a: string, b: string): boolean {
  return certificateWord(a) === certificateWord(b)
}
