import type { Senders } from '../archive/senders.js'
import { HOUR_MS } from '../base/durations.js'
import type { ConnectionChange } from '../base/reading.js'
import { JUMP_MS } from '../base/steady-clock.js'
import type { DecodeRules } from '../decode/decode.js'
import type { ClockEntry } from '../intake/journal-sink.js'
import type { DeviceConnections } from './device-connections.js'
import type { AccountingClock, MessageAccounting } from './message-accounting.js'

/** A clock that goes on by more than this at once, or was off for so long, may be a wrong one. */
const STEP_MAX_MS = HOUR_MS
const OFF_MAX_MS = 7 * 24 * HOUR_MS
/** Ticks come each second. Where no entry came for so long nobody listened: the disk was full, or the machine slept. */
const DEAF_MS = 10_000
/** Time that somebody has to see that a clock is wrong, before anything follows from it that cannot be taken back. */
const WAIT_MS = 24 * HOUR_MS

export interface JournalTimeDeps {
  readonly accounting: MessageAccounting
  readonly senders: Senders
  readonly connections: DeviceConnections
}

/**
 * "Now" by the journal: the newest time of arrival, entry after entry. It goes back only where an entry says that the clock
 * was set back, or that the gateway was started with a clock behind that of before. Where it steps ahead, the time between is
 * one in which nobody could send. What cannot be taken back, letting go of old data and reports that make themselves, waits
 * for a day then, so that a wrong clock has a day to be seen.
 */
export class JournalTime {
  readonly #deps: JournalTimeDeps
  #rules: DecodeRules | null = null
  #rulesOf: DecodeRules | null = null
  /** Nothing but the entry of a start has been read since it. */
  #isStarting = false

  constructor(deps: JournalTimeDeps) {
    this.#deps = deps
  }

  /** Goes on to the arrival of an entry that says nothing of the clock. */
  reach(arrivedAt: number): void {
    const beforeMs = this.#goOn(arrivedAt)
    const { accounting } = this.#deps
    // A start with a clock that nobody believes is an outage until it comes right.
    if (beforeMs === 0 || arrivedAt - beforeMs <= DEAF_MS || accounting.clock?.standing === 'doubted') return
    accounting.outage = { fromMs: beforeMs, toMs: arrivedAt, isGap: true }
  }

  /** Returns "now" before it. */
  #goOn(arrivedAt: number): number {
    const { accounting } = this.#deps
    const beforeMs = accounting.nowMs
    this.#isStarting = false
    if (arrivedAt > beforeMs) accounting.nowMs = arrivedAt
    return beforeMs
  }

  /** A start of the gateway; the answer says which connections are lost by it. */
  start(arrivedAt: number): readonly ConnectionChange[] {
    const { accounting, connections } = this.#deps
    const lastAliveMs = accounting.nowMs
    if (lastAliveMs - arrivedAt >= JUMP_MS) {
      accounting.clock = { standing: 'followed', fromMs: lastAliveMs, toMs: arrivedAt, sinceMs: arrivedAt }
      return this.#step(lastAliveMs, arrivedAt)
    }
    // A doubted clock is taken as it is by a gateway that starts with it; one that was behind at an earlier start is so no longer.
    if (accounting.clock?.standing === 'doubted') {
      const standing = accounting.clock.isOfStart === true ? 'returned' : 'followed'
      accounting.clock = { ...accounting.clock, standing, sinceMs: arrivedAt }
    }
    this.#goOn(arrivedAt)
    this.#isStarting = true
    if (lastAliveMs > 0 && arrivedAt - lastAliveMs > OFF_MAX_MS) accounting.waitsUntilMs = arrivedAt + WAIT_MS
    accounting.outage = { fromMs: lastAliveMs, toMs: accounting.nowMs }
    return connections.start(lastAliveMs)
  }

  /** Takes an entry about the clock; the answer says which connections vouch for nothing any more. */
  clock({ arrivedAt, fromMs, toMs }: ClockEntry): readonly ConnectionChange[] {
    const { accounting } = this.#deps
    const isOfStart = this.#isStarting && toMs < fromMs
    const beforeMs = this.#goOn(arrivedAt)
    if (fromMs === toMs) {
      accounting.clock = { ...(accounting.clock ?? { fromMs, toMs }), standing: 'returned', sinceMs: accounting.nowMs }
      return accounting.clock.isOfStart === true ? this.#cameRight(beforeMs) : []
    }
    if (arrivedAt !== toMs) {
      accounting.clock = { standing: 'doubted', fromMs, toMs, isOfStart, sinceMs: accounting.nowMs }
      return []
    }
    accounting.clock = { standing: 'followed', fromMs, toMs, sinceMs: toMs }
    return this.#step(beforeMs, toMs)
  }

  /** The clock says when it is for the first time since the start: until now the gateway was as good as off. */
  #cameRight(beforeMs: number): readonly ConnectionChange[] {
    const { accounting, connections } = this.#deps
    const { nowMs } = accounting
    const offSinceMs = accounting.outage?.fromMs ?? beforeMs
    accounting.outage = { fromMs: offSinceMs, toMs: nowMs }
    if (nowMs - offSinceMs > OFF_MAX_MS) accounting.waitsUntilMs = nowMs + WAIT_MS
    return nowMs - beforeMs < JUMP_MS ? [] : connections.start(beforeMs)
  }

  /**
   * The rules with what is known of the clock: while it is doubted and says a later time, a device that has the same time may
   * be the one that is right, so that its readings are not refused as `ts_future`. Nor are they as `ts_too_old` for their age
   * before it is sure that the clock is not ahead.
   */
  rules(rules: DecodeRules): DecodeRules {
    const { clock, nowMs, waitsUntilMs } = this.#deps.accounting
    const aheadMs = clock?.standing === 'doubted' ? mayBeAheadMs(clock) : 0
    const retentionMs = nowMs < waitsUntilMs ? null : (rules.retentionMs ?? null)
    if (aheadMs === 0 && retentionMs === (rules.retentionMs ?? null)) return rules
    if (this.#rulesOf !== rules || this.#rules?.aheadMs !== aheadMs || this.#rules.retentionMs !== retentionMs) {
      this.#rulesOf = rules
      this.#rules = { ...rules, aheadMs, retentionMs }
    }
    return this.#rules!
  }

  /** "Now" becomes another one at once. Connections are not vouched for across it: what came between nobody knows. */
  #step(fromMs: number, toMs: number): readonly ConnectionChange[] {
    const { accounting, senders, connections } = this.#deps
    accounting.nowMs = toMs
    if (toMs >= fromMs) {
      accounting.outage = { fromMs, toMs }
      if (toMs - fromMs > STEP_MAX_MS) accounting.waitsUntilMs = toMs + WAIT_MS
      return connections.start(fromMs)
    }
    accounting.outage = { fromMs: toMs, toMs }
    accounting.waitsUntilMs = Math.min(accounting.waitsUntilMs, toMs + WAIT_MS)
    const lost = connections.start(toMs)
    senders.setBack(toMs)
    return lost
  }
}

/**
 * Most that the right time may be later than "now", ms. After a start with a clock that is behind nobody knows: as long as a
 * gateway may be off.
 */
function mayBeAheadMs({ fromMs, toMs, isOfStart }: AccountingClock): number {
  return isOfStart === true ? OFF_MAX_MS : Math.max(0, toMs - fromMs)
}
