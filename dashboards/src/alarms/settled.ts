import type { AlarmItem } from '../../../src/base/alarm.js'

/** Since when an alarm has needed nobody: it was acknowledged or was over, whichever came first. */
function settledMs({ acked_at, cleared_at }: AlarmItem): number | null {
  const times = [acked_at, cleared_at].flatMap((time) => (time === null ? [] : [Date.parse(time)]))
  return times.length === 0 ? null : Math.min(...times)
}

/** The alarm that was the last to need a person, when none does any more; null when it is not among these. */
export function lastSettled(alarms: readonly AlarmItem[]): { readonly alarm: AlarmItem; readonly atMs: number } | null {
  let last: { readonly alarm: AlarmItem; readonly atMs: number } | null = null
  for (const alarm of alarms) {
    const atMs = settledMs(alarm)
    if (atMs !== null && atMs > (last?.atMs ?? Number.NEGATIVE_INFINITY)) last = { alarm, atMs }
  }
  return last
}
