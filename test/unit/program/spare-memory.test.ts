import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { giveBackMemory, restSweepsOf } from '../../../src/program/spare-memory.js'

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

test('a large heap may grow by less of itself than a small one, and is swept thoroughly unless it is that of ten thousand devices', () => {
  const sweeps = [20, 128, 129, 384, 385, 600].map((mib) => restSweepsOf(mib * MIB))
  expect(sweeps.map(({ growthPct }) => growthPct)).toEqual([40, 40, 20, 20, 20, 20])
  expect(sweeps.map(({ isThorough }) => isThorough)).toEqual([false, false, true, true, false, false])
})

/** Pages of a heap in which most of what lay side by side has gone, while things come and go, MiB. */
const GAPS = `
  import { getHeapStatistics } from 'node:v8'
  import { setSweeps } from SPARE_MEMORY
  setSweeps({ growthPct: 20, isThorough: IS_THOROUGH })
  const kept = Array.from({ length: 600_000 }, (_, i) => ({ i, list: [i] }))
  for (let i = 0; i < kept.length; i++) if (i % 8 !== 0) kept[i] = null
  const latest = new Array(60_000).fill(null)
  for (let i = 0; i < 3_000_000; i++) latest[i % latest.length] = { i, list: [i] }
  process.stdout.write(String(getHeapStatistics().total_heap_size))`

function pagesMib(isThorough: boolean): number {
  const module = JSON.stringify(join(import.meta.dirname, '../../../src/program/spare-memory.ts'))
  const code = GAPS.replace('SPARE_MEMORY', module).replace('IS_THOROUGH', String(isThorough))
  return Number(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code])) / MIB
}

test('a heap that is swept thoroughly has far fewer pages behind what has gone', { tags: ['slow'] }, () => {
  expect(pagesMib(true)).toBeLessThan(pagesMib(false) / 2)
})
