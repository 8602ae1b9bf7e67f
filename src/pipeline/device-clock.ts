import { type DeviceMinute, type DeviceSender, MINUTES_MAX } from '../archive/senders.js'
import { DAY_MS, MINUTE_MS } from '../base/durations.js'
import type { ClockVerdict } from '../base/wire.js'
import type { DeviceShare } from '../decode/decoded-message.js'
import { AHEAD_MAX_MS } from '../decode/time.js'

const AHEAD_MS = 60_000
/** A time further in the future was not read from a clock: its unit is wrong. */
const WRONG_UNIT_MS = 3_650 * DAY_MS
/** Further behind it is a wrong clock or the past of a device; the two look the same. */
const BEHIND_MS = 600_000
/** A clock whose offsets differ more than this is unsteady, … */
const UNSTEADY_MS = 60_000
/** … when there are so many minutes to compare. */
const STEADY_MINUTES = 5
/** The part of the minutes that may be late without anything being wrong with the clock: the network was. */
const LATE_SHARE = 0.2
/** A counter that falls further than this, or to 0 or 1, begins anew; any other fall is a message that comes late or again. */
const SEQ_LATE_MAX = 1000
/** The rate is that of so many whole minutes. */
const RATE_MINUTES = 5

/** Standing of a device's clock against the arrival of its messages. */
export interface DeviceClockState {
  readonly verdict: ClockVerdict
  /** Device minus gateway, ms: below 0 it is behind, by its clock or by the way of its messages. */
  readonly offsetMs: number
  /** Smallest and largest offset of the last minutes. */
  readonly minMs: number
  readonly maxMs: number
}

/** Notes what a message says of its sender: minute by minute how many came and how the clock stood, and the counters. */
export function noteMessage(
  sender: DeviceSender,
  arrivedAt: number,
  { newestSentTs, rejected, seqs, seqCount }: Pick<DeviceShare, 'newestSentTs' | 'rejected' | 'seqs' | 'seqCount'>,
): void {
  const minute = Math.floor(arrivedAt / MINUTE_MS)
  let last = sender.minutes.at(-1)
  if (last === undefined || minute > last.minute) {
    last = { minute, offsetMs: null, messages: 0 }
    sender.minutes.push(last)
    if (sender.minutes.length > MINUTES_MAX) sender.minutes.shift()
  }
  last.messages++
  // A message takes its time to arrive: the one that took the least says most of the clock.
  if (newestSentTs !== -Infinity && !wasKept(sender, newestSentTs, arrivedAt)) {
    // One that was taken says more than one that was refused for its time.
    const before = last.offsetMs === null || last.offsetMs > AHEAD_MAX_MS ? -Infinity : last.offsetMs
    last.offsetMs = Math.max(before, newestSentTs - arrivedAt)
  }
  for (const { reason, ts } of rejected) {
    if (reason === 'ts_future' && ts !== undefined && ts < arrivedAt + WRONG_UNIT_MS) last.offsetMs ??= ts - arrivedAt
  }
  for (let i = 0; i < seqCount; i++) noteSeq(sender, seqs[i]!)
}

/**
 * True for a sample from before its connection began that is older than the clock explains: the device kept it while it could
 * not send, so its age says nothing of the clock. One much older may be its past, or a clock that is far behind.
 */
function wasKept({ minutes, sessionFromMs }: DeviceSender, newestSentTs: number, arrivedAt: number): boolean {
  const offsetMs = newestSentTs - arrivedAt
  const known = minutes.findLast((one) => one.offsetMs !== null)?.offsetMs ?? null
  return newestSentTs < sessionFromMs && offsetMs >= -BEHIND_MS && known !== null && offsetMs < known - UNSTEADY_MS
}

function noteSeq({ sequence }: DeviceSender, seq: number): void {
  const { last } = sequence
  if (last === null || seq <= 1 || seq < last - SEQ_LATE_MAX) {
    sequence.last = seq
    return
  }
  if (seq <= last) return
  if (seq > last + 1) {
    sequence.gaps++
    sequence.missing += seq - last - 1
  }
  sequence.last = seq
}

/** From the last ten minutes with readings that had a time of the device; null before the first. */
export function clockOf({ minutes }: Pick<DeviceSender, 'minutes'>): DeviceClockState | null {
  const offsets = minutes.flatMap(({ offsetMs }) => offsetMs ?? [])
  const newest = offsets.at(-1)
  if (newest === undefined) return null
  const [minMs, maxMs] = [Math.min(...offsets), Math.max(...offsets)]
  if (newest < -BEHIND_MS) return { verdict: 'behind', offsetMs: newest, minMs, maxMs }
  const live = offsets.filter((offset) => offset >= -BEHIND_MS).sort((a, b) => b - a)
  const offsetMs = live[Math.floor((live.length - 1) / 2)]!
  const spreadMs = live[0]! - live[Math.ceil(live.length * (1 - LATE_SHARE)) - 1]!
  const isUnsteady = live.length >= STEADY_MINUTES && spreadMs > UNSTEADY_MS
  return { verdict: offsetMs > AHEAD_MS ? 'ahead' : isUnsteady ? 'unsteady' : 'good', offsetMs, minMs, maxMs }
}

/** True when `clockOf` finds nothing bad, as no minute was far from the gateway's time or from any other: seen at one glance. */
export function isPlainlyGood({ minutes }: Pick<DeviceSender, 'minutes'>): boolean {
  let [minMs, maxMs] = [Infinity, -Infinity]
  for (const { offsetMs } of minutes) {
    if (offsetMs === null) continue
    if (offsetMs < minMs) minMs = offsetMs
    if (offsetMs > maxMs) maxMs = offsetMs
  }
  return minMs >= -BEHIND_MS && maxMs <= AHEAD_MS && maxMs - minMs <= UNSTEADY_MS
}

/** Messages a minute over the last whole minutes before `nowMs`. */
export function ratePerMinute({ minutes }: { readonly minutes: readonly DeviceMinute[] }, nowMs: number): number {
  const now = Math.floor(nowMs / MINUTE_MS)
  const counted = minutes.filter(({ minute }) => minute < now && minute >= now - RATE_MINUTES)
  return counted.reduce((sum, { messages }) => sum + messages, 0) / RATE_MINUTES
}
