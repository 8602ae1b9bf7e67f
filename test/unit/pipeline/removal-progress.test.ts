import { expect, test } from 'vitest'
import type { Forgetting } from '../../../src/archive/forget.js'
import { EMPTY, NO_REMOVALS, type RecordRemovals } from '../../../src/archive/record/manifest.js'
import { DAY_MS } from '../../../src/base/durations.js'
import { removalProgress } from '../../../src/pipeline/removal-progress.js'
import { RemovalTries } from '../../../src/pipeline/removal-tries.js'

/** Proves that people are told how far the removal of a plant is, of that plant alone, and what failed of late. */

const NOW_MS = 30 * DAY_MS
const order: Forgetting = { plant: 'p', devices: ['a', 'b'], position: 7, id: 'o', atMs: NOW_MS - 1_000 }
const last = { kind: 'reading', plant: 'p', day: 3 } as const

function progressOf(plant: string, removals: Partial<RecordRemovals> = {}) {
  const tries = new RemovalTries({ nowMs: () => NOW_MS, sleep: async () => {} })
  const told = () =>
    removalProgress(
      {
        record: { manifest: { ...EMPTY, removals: { ...NO_REMOVALS, ...removals } } } as never,
        accounting: { forgetting: [order], nowMs: NOW_MS },
        tries,
      },
      plant,
    )
  return { tries, told }
}

test('an order is told with its days and readings, and with what it waits for, to its own plant', () => {
  const { tries, told } = progressOf('p', { going: [{ act: 'o', last, steps: 2, readings: 50 }] })
  const at = new Date(order.atMs!).toISOString()
  expect(told()).toEqual({ going: [{ at, devices: 2, days: 2, readings: 50, waits: null }], failed: [] })
  tries.later(order, 'a report is being frozen')
  expect(told().going[0]?.waits).toBe('a report is being frozen')
  tries.cameOn(order)
  expect(told().going[0]?.waits).toBeNull()
  expect(progressOf('q').told()).toEqual({ going: [], failed: [] })
})

test('an order that has failed is told for a week, one that was done never', () => {
  const ended = (act: string, ageMs: number, failure?: string) => ({
    ...{ act, plant: 'p', atMs: NOW_MS - ageMs, steps: 1, readings: 4 },
    ...(failure !== undefined && { failure }),
  })
  const { told } = progressOf('p', {
    ended: [ended('x', DAY_MS, 'damaged'), ended('y', DAY_MS), ended('z', 7 * DAY_MS, 'old')],
  })
  expect(told().failed.map(({ reason, days }) => [reason, days])).toEqual([['damaged', 1]])
})
