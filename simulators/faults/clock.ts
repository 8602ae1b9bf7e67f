import { DAY_MS } from '../../src/base/durations.js'
import type { SampleFault } from '../sends.js'
import { EPISODES, episodeAt } from './episodes.js'
import type { Key } from './key.js'

/** Time by which a clock may be behind. The odd milliseconds keep what it shows off the instants of true samples. */
const BEHIND = { minMs: 240_000, maxMs: 420_000, oddMs: 3337 } as const

export interface ClockOptions {
  /** Wall clock at the start of the run: what is a day ahead of it is the future when it arrives. */
  readonly startedAtMs: number
  /** It is never behind: that a machine's state was another one some minutes ago is a fault that nobody could see. */
  readonly isOnlyAhead: boolean
}

/**
 * In each slot of time the device's clock is wrong for some minutes: by turns a day ahead, so that what it sends is
 * refused as `ts_future`, and some minutes behind, so that what it sends seems to have been earlier.
 */
export function wrongClock(key: Key, quietUntilMs: number, options: ClockOptions): SampleFault {
  return (sample) => {
    const episode = episodeAt(sample.ts, EPISODES.clock, ...key, 'clock')
    const isWrong = episode.fromMs >= quietUntilMs && sample.ts >= episode.fromMs && sample.ts < episode.toMs
    if (!isWrong) return sample
    const isAhead = options.isOnlyAhead || episode.slot % 2 === 0
    return { ...sample, ts: sample.ts + (isAhead ? aheadMs(sample.ts, options.startedAtMs) : -behindMs(episode.draw)) }
  }
}

/** One to two days more than the wall clock's lead over the time that is played. */
function aheadMs(tsMs: number, startedAtMs: number): number {
  return (Math.max(0, Math.ceil((startedAtMs - tsMs) / DAY_MS)) + 1) * DAY_MS
}

function behindMs(draw: number): number {
  return BEHIND.minMs + Math.floor((draw * (BEHIND.maxMs - BEHIND.minMs)) / 1000) * 1000 + BEHIND.oddMs
}
