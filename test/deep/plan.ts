import type { Search } from './searches.js'

/** A search and how much of its full size there is time for. */
export interface Planned {
  readonly search: Search
  /** 0..1; null: it is left out. */
  readonly share: number | null
}

/** The machine is not always as quick as where the times were measured. */
const RESERVE = 0.85

/**
 * Shares the time (s; null: as much as it takes) of so many searches at once out: what has no smaller size and would take most
 * of it is left out, and all others become smaller together.
 */
export function planned(searches: readonly Search[], seconds: number | null, atOnce: number): readonly Planned[] {
  if (seconds === null) return searches.map((search) => ({ search, share: 1 }))
  const isLeftOut = ({ shareMin, seconds: own }: Search) => shareMin === 1 && own > seconds * RESERVE
  const kept = searches.filter((search) => !isLeftOut(search))
  const fixed = secondsOf(kept.filter(({ shareMin }) => shareMin === 1))
  const flexible = secondsOf(kept.filter(({ shareMin }) => shareMin < 1))
  const share = Math.min(1, Math.max(0, (seconds * atOnce * RESERVE - fixed) / flexible))
  return searches.map((search) => {
    if (isLeftOut(search)) return { search, share: null }
    if (search.shareMin === 1) return { search, share: 1 }
    return { search, share: share < search.shareMin ? null : share }
  })
}

function secondsOf(searches: readonly Search[]): number {
  return searches.reduce((sum, { seconds }) => sum + seconds, 0)
}
