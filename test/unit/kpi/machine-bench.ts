import { expect } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Window } from '../../../src/base/kpi.js'
import type { ConnectionChange, DeviceEvent, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** A time of 2025-07-01 as 06:00, or any in full; epoch ms. */
export const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)
export const BEFORE = at('2025-06-01T00:00:00Z')
const LONG_AFTER = at('2025-07-03T00:00:00Z')

export type Word = readonly [time: string, word: string]
type Count = readonly [time: string, value: number]

export const said = (device: string, words: readonly Word[]) =>
  words.map(([time, value]) => reading({ device, metric: 'state', ts: at(time), value }))
export const counted = (device: string, metric: string, counts: readonly Count[]) =>
  counts.map(([time, value]) => reading({ device, metric, ts: at(time), value }))
const up = (device: string): ConnectionChange => ({ plant: 'p', device, at: BEFORE + 1000, isUp: true })
export const makes = (device: string, time: string, product: string): DeviceEvent => ({
  plant: 'p',
  line: 'l',
  device,
  id: `${device}${time}`,
  type: 'order',
  ts: at(time),
  receivedAt: at(time),
  fields: { status: 'start', product },
})

/** A machine that sends when something changes, over a session that stays: its last word holds. */
export const machine = (id: string, more: object = {}) => ({ id, role: 'machine', line: 'l', on_change: true, ...more })
/** One that is expected to count, and counts seldom. */
const SELDOM = { max_gap_s: 86_400 }
export const counting = (id: string, product = 'cap') =>
  machine(id, { product, metrics: { state: {}, parts_total: SELDOM, parts_reject: SELDOM } })
export const EARLY = { name: 'early', start: '06:00', end: '14:00' }
/** A piece a second. */
export const cap = { id: 'cap', ideal_cycle_s: 1 }

/** A plant whose devices are all connected, after everything that came of them. */
export async function benchOf(
  plant: object,
  readings: readonly Reading[],
  events: readonly DeviceEvent[] = [],
): Promise<Bench> {
  const options = plantOf(plant as Record<string, unknown>)
  const bench = await Bench.open([options], BEFORE)
  await bench.commit(
    [...readings].sort((a, b) => a.ts - b.ts),
    events,
    options.devices.map(({ id }) => up(id)),
  )
  bench.tick(LONG_AFTER)
  await bench.settle()
  return bench
}

/** The point of a window, of the plant `p` or of a device. */
export async function figureOf(bench: Bench, kpi: string, id = 'p', window: Window = 'shift', start = '06:00') {
  const point = await bench.point({ kpi, window, start: at(start), ...(id === 'p' ? {} : { scope: 'device', id }) })
  expect(point, `${kpi} of ${id}`).toBeDefined()
  return { ...point!, flags: flagsOf(point!.flags) }
}
