import { HOUR_MS } from '../../../base/durations.js'
import { AHEAD_MAX_MS } from '../../time.js'
import type { ProfileTime } from '../profile.js'
import { readTime } from '../time-reader.js'
import type { Leaf } from './leaves.js'

/** A device tells the time within a day of the arrival; a wall clock without a zone may be half a day off besides. */
const NEAR_MS = 24 * HOUR_MS
const FORMATS = ['rfc3339', 'epoch_ms', 'epoch_s', 'local'] as const
/** Keys that are called a time: where several values are times, one under such a key is meant. */
const NAMED = /time|stamp|date|^ts$|^t$/i

/** Path and format of the time in messages of one kind. */
export interface LearnedTime {
  readonly written: Pick<ProfileTime, 'at' | 'format'>
  /** A zone in which a wall clock fits the arrival, in whole hours; absent where the device says the zone itself. */
  readonly zone?: string
}

/**
 * Finds the time of messages by the values that are near the arrival in all of them; null where none is.
 *
 * @param messages of one kind, with their arrival, epoch ms
 */
export function timeOf(
  messages: readonly { readonly leaves: readonly Leaf[]; readonly receivedAt: number }[],
): LearnedTime | null {
  const [first, ...others] = messages
  const found = (first?.leaves ?? []).flatMap((leaf) => {
    const format = FORMATS.find((one) => isNear(one, leaf, first!.receivedAt))
    if (format === undefined) return []
    const isInAll = others.every(({ leaves, receivedAt }) => {
      const same = leaves.find(({ path }) => path === leaf.path)
      return same !== undefined && isNear(format, same, receivedAt)
    })
    return isInAll ? [{ at: leaf.path, format, isNamed: NAMED.test(String(leaf.keys.at(-1))) }] : []
  })
  const chosen = found.find(({ isNamed }) => isNamed) ?? found[0]
  if (chosen === undefined) return null
  const { at, format } = chosen
  const zone =
    format === 'local' ? zoneOf(first!.leaves.find(({ path }) => path === at)!, first!.receivedAt) : undefined
  return { written: { at, format }, ...(zone !== undefined && { zone }) }
}

/** The zone by whose clock a message was written shortly before it came, or a little after it. */
function zoneOf({ value }: Leaf, receivedAt: number): string {
  const aheadMs = readTime('local', 'UTC')(value, receivedAt)! - receivedAt - AHEAD_MAX_MS
  const hours = Math.min(14, Math.max(-12, Math.ceil(aheadMs / HOUR_MS)))
  // Named by POSIX, east of Greenwich with a minus.
  return hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
}

function isNear(format: (typeof FORMATS)[number], { value }: Leaf, receivedAt: number): boolean {
  if (typeof value === 'object') return false
  const ms = readTime(format, 'UTC')(value, receivedAt)
  return ms !== null && Math.abs(ms - receivedAt) < NEAR_MS
}
