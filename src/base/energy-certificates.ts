/** Certificates of green electricity: their states, and their numbers as registries write them, such as GEC-2026-000123. */

/** States that a certificate goes through: it is issued, held in the own account, and retired for a month of use. It never goes back. */
export const CERTIFICATE_STATES = ['issued', 'held', 'retired'] as const
export type CertificateState = (typeof CERTIFICATE_STATES)[number]

/** Reasons for which certificates cannot be claimed: who has them, or what was said of them before. */
export const CONFLICT_REASONS = ['other_plant', 'other_facts', 'said_before', 'contract_of_other_plant'] as const
export type ConflictReason = (typeof CONFLICT_REASONS)[number]

/** One statement names at most so many certificates. */
export const CERTIFICATES_MAX = 10_000_000

const NUMBER = /^(.*\D)?(\d{1,40})$/s

/** Certificates with numbers from `first` to `last`, both included, that begin with the same text. */
export interface CertificateRange {
  /** Text before the digits that count, in capitals and without blanks. */
  readonly prefix: string
  readonly first: bigint
  readonly last: bigint
  /** Digits of the first number as it was written, with its zeros in front. */
  readonly digits: number
}

/**
 * Reads a range of numbers; one number where `last` is absent. Wide digits, small letters, blanks and zeros in front are another way
 * to write the same number. null for numbers that do not end in digits, begin differently, or go down, and for too many of them.
 */
export function certificateRange(first: string, last: string = first): CertificateRange | null {
  const [from, to] = [numberOf(first), numberOf(last)]
  if (from === null || to === null || from.prefix !== to.prefix || to.value < from.value) return null
  if (to.value - from.value >= BigInt(CERTIFICATES_MAX)) return null
  return { prefix: from.prefix, first: from.value, last: to.value, digits: from.digits }
}

/** Counts the certificates that a range names. */
export function certificateCount({ first, last }: Pick<CertificateRange, 'first' | 'last'>): number {
  return Number(last - first) + 1
}

/** A number of a range as a registry writes it. */
export function certificateNumber(
  { prefix, digits }: Pick<CertificateRange, 'prefix' | 'digits'>,
  value: bigint,
): string {
  return prefix + String(value).padStart(digits, '0')
}

/** Reads a text in one of several ways of writing it: width, case, blanks, unseen characters and kinds of dashes make no other text. */
export function certificateWord(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
}

function numberOf(text: string): { readonly prefix: string; readonly value: bigint; readonly digits: number } | null {
  const found = NUMBER.exec(certificateWord(text))
  if (found === null) return null
  const [, prefix = '', digits = ''] = found
  return { prefix, value: BigInt(digits), digits: digits.length }
}
