import { MINUTE_MS } from '../../base/durations.js'
import { streamKey, type Window } from '../../base/kpi.js'
import type { Stream } from '../../kpi/windows/point.js'
import type { WindowRef } from '../store.js'

/** Windows of one stream that follow each other without one in between: starts from the first to the last, both included. */
export interface WindowRun {
  readonly stream: Stream
  readonly fromMs: number
  readonly lastMs: number
}

/** Time between the starts of two windows that follow each other; days, months and shifts are as long as they are. */
const LENGTHS_MS: Partial<Record<Window, number>> = { '1m': MINUTE_MS, '15m': 15 * MINUTE_MS, '1h': 60 * MINUTE_MS }

/** Windows as few intervals, so that a day of minutes is deleted at once and not 1,440 times. */
export function windowRunsOf(windows: readonly WindowRef[]): WindowRun[] {
  const starts = new Map<string, { stream: Stream; starts: Set<number> }>()
  for (const { stream, startMs } of windows) {
    const key = streamKey(stream)
    const known = starts.get(key)
    if (known === undefined) starts.set(key, { stream, starts: new Set([startMs]) })
    else known.starts.add(startMs)
  }
  return [...starts.values()].flatMap(({ stream, starts }) => {
    const found: { stream: Stream; fromMs: number; lastMs: number }[] = []
    for (const startMs of [...starts].sort((a, b) => a - b)) {
      const last = found.at(-1)
      if (last !== undefined && startMs - last.lastMs === LENGTHS_MS[stream.window]) last.lastMs = startMs
      else found.push({ stream, fromMs: startMs, lastMs: startMs })
    }
    return found
  })
}
