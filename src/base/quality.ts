/**
 * Quality of a reading, best first: of two readings with the same key and `seq` the better one wins.
 * Source: KPI specification §1, with the flag letters of HJ 212.
 */
export const QUALITIES = [
  'good',
  'manual',
  'stopped',
  'maintenance',
  'calibration',
  'fault',
  'over_range',
  'comm_fault',
  'uncertain',
] as const

export type Quality = (typeof QUALITIES)[number]

/** Position in `QUALITIES`, as it is stored; 0 is the best. */
export type QualityRank = number

export const GOOD: QualityRank = 0
export const MANUAL: QualityRank = 1

const ranks = new Map<string, QualityRank>(QUALITIES.map((q, i) => [q, i]))

/** The rank of a quality word, or undefined when there is no such word. */
export function qualityRank(word: string): QualityRank | undefined {
  return ranks.get(word)
}
