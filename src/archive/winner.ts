import type { QualityRank } from '../base/quality.js'

/** Properties that decide between two readings with the same key. */
export interface Contender {
  readonly value: number | string
  readonly quality: QualityRank
  readonly seq: number | null
}

/**
 * Negative when `a` wins over `b`, positive when `b` does, 0 when they are the same. The order of arrival plays no part:
 * higher `seq` (none is lowest), then better quality, then a number before a word, then the larger value.
 * Source: KPI specification §1.
 */
export function compareContenders(a: Contender, b: Contender): number {
  const seqA = a.seq ?? -1
  const seqB = b.seq ?? -1
  if (seqA !== seqB) return seqB - seqA
  if (a.quality !== b.quality) return a.quality - b.quality
  if (typeof a.value === 'number' && typeof b.value === 'number') return b.value - a.value
  if (typeof a.value === 'number') return -1
  if (typeof b.value === 'number') return 1
  // UTF-8 bytes sort as code points do; UTF-16 units, which `<` compares, do not.
  return Buffer.compare(Buffer.from(b.value), Buffer.from(a.value))
}

/** A repeat says nothing new: the same value in the same quality, whatever its `seq`. */
export function isRepeat(a: Contender, b: Contender): boolean {
  return a.value === b.value && a.quality === b.quality
}
