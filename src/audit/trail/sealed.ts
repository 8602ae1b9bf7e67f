import type { TrailEntry } from '../../base/trail.js'
import { isTrue, parseTrailEntry } from './entry.js'
import { trailLines, trailSegment, trailSegments } from './segments.js'

/** The newest entry of the audit log, as the ledger names it. */
export type TrailSeal = Pick<TrailEntry, 'number' | 'hash'>

/** True when a sealed entry is there as it was, and all that is behind it follows. Reads from the end to it. */
export function isContinued(dir: string, sealed: TrailSeal): boolean {
  let next: TrailEntry | null = null
  for (const segment of trailSegments(dir).toReversed()) {
    for (const line of trailLines(trailSegment(dir, segment)).lines.toReversed()) {
      const entry = parseTrailEntry(line)
      if (entry === null || !isTrue(entry)) return false
      if (next !== null && (next.number !== entry.number + 1 || next.previous !== entry.hash)) return false
      if (entry.number <= sealed.number) return entry.number === sealed.number && entry.hash === sealed.hash
      next = entry
    }
  }
  return false
}
