import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { giveBackMemory, heapGrowthOf } from '../../../src/program/spare-memory.js'

/** Proves that a thread which has done its work does not keep the pages of it. */

const MIB = 2 ** 20

function filled(): { readonly at: number; readonly text: string }[] {
  return Array.from({ length: 600_000 }, (_, at) => ({ at, text: `entry ${at}` }))
}

test('pages of what was let go of go back to the system, and the thread goes on', { tags: ['slow'] }, async () => {
  let entries: object[] | null = filled()
  const full = process.memoryUsage().heapTotal
  expect(entries).toHaveLength(600_000)
  entries = null
  await giveBackMemory()
  expect(full - process.memoryUsage().heapTotal).toBeGreaterThan(20 * MIB)
  // The loop goes on, and so does the next one who asks.
  await sleep(1)
  await Promise.all([giveBackMemory(), giveBackMemory()])
  await sleep(1)
})

test('a large heap may grow by less of itself than a small one', () => {
  expect([20, 100, 129, 500].map((mib) => heapGrowthOf(mib * MIB))).toEqual([40, 40, 20, 20])
})
