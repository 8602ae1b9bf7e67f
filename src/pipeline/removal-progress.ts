import type { Forgetting } from '../archive/forget.js'
import type { LastingRecord } from '../archive/record/record.js'
import { goingOf } from '../archive/record/removal.js'
import { DAY_MS } from '../base/durations.js'
import type { RemovalsAnswer } from '../views/wire/removals.js'
import type { MessageAccounting } from './message-accounting.js'
import type { RemovalTries } from './removal-tries.js'

/** Failed orders are told for so long. */
export const FAILED_TOLD_MS = 7 * DAY_MS

export interface RemovalProgressDeps {
  readonly record: Pick<LastingRecord, 'manifest'>
  readonly accounting: Pick<MessageAccounting, 'forgetting' | 'nowMs'>
  readonly tries: Pick<RemovalTries, 'waitsFor'>
}

/** Tells how far the orders of a plant are, also of one of which nothing is known any more. */
export function removalProgress({ record, accounting, tries }: RemovalProgressDeps, plant: string): RemovalsAnswer {
  const { manifest } = record
  const { forgetting, nowMs } = accounting
  const goingWith = (order: Forgetting): RemovalsAnswer['going'][number] => {
    const { steps = 0, readings = 0 } = goingOf(manifest, order) ?? {}
    const { devices, metrics } = order
    const what = { devices: devices.length, ...(metrics !== undefined && { metrics: [...metrics] }) }
    return { at: at(order.atMs), days: steps, readings, ...what, waits: tries.waitsFor(order) }
  }
  const failed = (manifest.removals?.ended ?? []).flatMap((one): RemovalsAnswer['failed'] => {
    if (one.plant !== plant || one.failure === undefined || nowMs - one.atMs >= FAILED_TOLD_MS) return []
    return [{ at: at(one.atMs), days: one.steps, readings: one.readings, reason: one.failure }]
  })
  return { going: forgetting.filter((order) => order.plant === plant).map(goingWith), failed }
}

function at(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
