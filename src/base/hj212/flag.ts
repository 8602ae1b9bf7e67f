/** The editions of HJ 212 by the number in bits 2 to 7 of `Flag`. */
export const EDITIONS = ['2005', '2017', '2025'] as const
export type Edition = (typeof EDITIONS)[number]

/**
 * The `Flag` of a frame: bits 2 to 7 are the edition, bit 1 says that packets are numbered, bit 0 that an answer is
 * wanted. Source: HJ 212-2017; 2 for the edition of 2025 as public repositories implement it. A rule of 2017 for
 * surface water, which stacks do not use, gave the 2 to itself.
 */
export interface Flag {
  /** null for a number that no edition has. */
  readonly edition: Edition | null
  readonly isNumbered: boolean
  readonly wantsAnswer: boolean
}

/** Frames of 2005 often have no `Flag`: they want no answer. */
const WITHOUT: Flag = { edition: '2005', isNumbered: false, wantsAnswer: false }

/** null for what is no number of a byte. */
export function readFlag(text: string | undefined): Flag | null {
  if (text === undefined || text === '') return WITHOUT
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return null
  const bits = Number(text)
  return { edition: EDITIONS[bits >> 2] ?? null, isNumbered: (bits & 2) !== 0, wantsAnswer: (bits & 1) !== 0 }
}

export function writeFlag(edition: Edition, { isNumbered = false, wantsAnswer = false } = {}): string {
  return String((EDITIONS.indexOf(edition) << 2) | (isNumbered ? 2 : 0) | (wantsAnswer ? 1 : 0))
}
