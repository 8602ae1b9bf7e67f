import { type Quality, type QualityRank, qualityRank } from '../quality.js'

/** The letters of the data flag. Source: HJ 212-2017 table 8, as public repositories quote it. The table may be extended. */
const QUALITY_OF: Readonly<Record<string, Quality>> = {
  N: 'good',
  F: 'stopped',
  M: 'maintenance',
  S: 'manual',
  D: 'fault',
  C: 'calibration',
  T: 'over_range',
  B: 'comm_fault',
}

const UNKNOWN = qualityRank('uncertain')!
const RANK_OF: ReadonlyMap<string, QualityRank> = new Map(
  Object.entries(QUALITY_OF).map(([letter, quality]) => [letter, qualityRank(quality)!]),
)

/** The quality that a data flag says. Without a flag a value is good; a letter that is none of the table is uncertain. */
export function qualityOfFlag(letter: string | undefined): QualityRank {
  return letter === undefined || letter === '' ? 0 : (RANK_OF.get(letter) ?? UNKNOWN)
}

/** The letter of a quality; null for `uncertain`, which HJ 212 has no letter for. */
export function flagOfQuality(quality: Quality): string | null {
  return Object.entries(QUALITY_OF).find(([, one]) => one === quality)?.[0] ?? null
}
