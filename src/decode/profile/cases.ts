import { QUALITIES } from '../../base/quality.js'
import type { ReadingBlock } from '../../base/reading-block.js'
import { rejectionsOf } from '../decoded-message.js'
import type { Profile, ProfileCase } from './profile.js'
import { trialOf } from './trial.js'

/** A case that states no time at all came then. */
const ANY_TIME = Date.UTC(2026, 0, 1)
/** Sums and conversions may differ in the last digits. */
const TOLERANCE = 1e-9

/** Differences between what a message of a profile becomes and what its case says, one sentence each; empty when there are none. */
export function differencesOf(id: string, profile: Profile, one: ProfileCase): readonly string[] {
  const arrivedAt = arrivalOf(one)
  const tried = trialOf(id, profile, one)({ topic: one.topic, payload: one.payload, arrivedAt })
  if (tried === null) return [`no topic of the profile is ${one.topic}`]
  const { taken, block } = tried

  const rejections = rejectionsOf(taken)
  const expected = one.rejected ?? []
  const reasons = rejections.map(({ reason }) => reason)
  const refused =
    reasons.join() === expected.join() ? [] : [`rejected: ${rejections.map(({ detail }) => detail).join('; ')}`]
  const word = taken.status === null ? undefined : taken.status.online ? 'online' : 'offline'
  const status = word === one.status ? [] : [`the status is ${word ?? 'not said'}, not ${one.status ?? 'unsaid'}`]
  return [...refused, ...status, ...readingDifferences(one, block, arrivedAt)]
}

function arrivalOf({ received_at, readings }: ProfileCase): number {
  if (received_at !== undefined) return Date.parse(received_at)
  const times = readings.flatMap(({ ts }) => (ts === undefined ? [] : [Date.parse(ts)]))
  return times.length === 0 ? ANY_TIME : Math.max(...times) + 1000
}

function readingDifferences({ readings }: ProfileCase, block: ReadingBlock, arrivedAt: number): string[] {
  const rows = Array.from({ length: Math.max(block.length, readings.length) }, (_, row) => row)
  return rows.flatMap((row) => {
    const expected = readings[row]
    if (row >= block.length) return [`reading ${row} is missing: ${expected!.device} ${expected!.metric}`]
    const { device, metric, unit } = block.sources[row]!
    const value = block.valueOf(row)
    const ts = new Date(block.ts[row]!).toISOString()
    const quality = QUALITIES[block.quality[row]!]!
    const is = `${device} ${metric} = ${value} ${unit} at ${ts}, ${quality}`
    if (expected === undefined) return [`reading ${row} is one too many: ${is}`]
    const at = new Date(expected.ts === undefined ? arrivedAt : Date.parse(expected.ts)).toISOString()
    const isSame =
      device === expected.device &&
      metric === expected.metric &&
      isAlike(value, expected.value) &&
      (expected.unit === undefined || unit === expected.unit) &&
      ts === at &&
      quality === expected.quality
    if (isSame) return []
    const wanted = `${expected.device} ${expected.metric} = ${expected.value} ${expected.unit ?? unit} at ${at}, ${expected.quality}`
    return [`reading ${row} is ${is}; expected is ${wanted}`]
  })
}

function isAlike(a: number | string, b: number | string): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b))
}
