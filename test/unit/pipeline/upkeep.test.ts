import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type MessageAccounting, newAccounting } from '../../../src/pipeline/message-accounting.js'
import { Upkeep, type UpkeepDeps } from '../../../src/pipeline/upkeep.js'
import { reading } from '../../support/engine.js'
import { Recorded } from '../archive/record/recorded.js'

const TS = Date.parse('2026-01-05T10:00:00Z')
const DELTA_MS = 300_000
const SEGMENT_BYTES = 65_536

let recorded: Recorded
let accounting: MessageAccounting
let nowMs: number
let computedTo: number
let trimmed: number[]
beforeEach(async () => {
  recorded = await Recorded.begin()
  accounting = { ...newAccounting(), nowMs: TS }
  nowMs = TS
  computedTo = Number.MAX_SAFE_INTEGER
  trimmed = []
})
afterEach(() => recorded.end())

function upkeep(of: Partial<UpkeepDeps> = {}): Upkeep {
  return new Upkeep({
    clock: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
    database: recorded.bench.database,
    record: recorded.record,
    accounting,
    engine: {
      keptFrom: () => undefined,
      keepMonths: async () => undefined,
      progress: () => ({ position: computedTo }) as never,
    },
    stores: { position: Number.MAX_SAFE_INTEGER },
    forwarded: { position: Infinity },
    retention: { ageMs: null, bytes: null },
    deltaMs: DELTA_MS,
    deltaBytes: 10 * SEGMENT_BYTES,
    segmentBytes: SEGMENT_BYTES,
    isSealed: () => true,
    letGoOfDays: (_plant, _before, letGo) => letGo(),
    trim: (beforeSegment) => trimmed.push(beforeSegment),
    ...of,
  })
}

/** The pipeline has read up to here and committed one reading. */
async function readTo(segment: number, offset: number): Promise<void> {
  await recorded.bench.commit([reading({ metric: 'elec_import_kwh', ts: TS + offset, value: 1 })])
  accounting.cursor = { segment, offset, crc: 0 }
}

const save = () => Promise.resolve()
const cursor = () => recorded.record.manifest.cursor

test('a delta is cut after its time, or after so much of the journal, and not before', async () => {
  const keeper = upkeep()
  await readTo(1, 100)
  await keeper.step(save)
  expect(cursor().segment).toBe(0)
  nowMs += DELTA_MS - 1
  await keeper.step(save)
  expect(cursor().segment).toBe(0)
  nowMs += 1
  await keeper.step(save)
  expect(cursor()).toEqual(accounting.cursor)

  await readTo(11, 99)
  await keeper.step(save)
  expect(cursor().offset).toBe(100)
  await readTo(11, 100)
  await keeper.step(save)
  expect(cursor()).toEqual(accounting.cursor)
})

test('the journal keeps what is not in the files, and what is not in the KPI points', async () => {
  const keeper = upkeep()
  await readTo(5, 100)
  computedTo = 3 * 2 ** 32 + 7
  nowMs += DELTA_MS
  await keeper.step(save)
  expect(trimmed).toEqual([3])
  computedTo = Number.MAX_SAFE_INTEGER
  for (let step = 0; step < 5; step++) {
    nowMs += 1000
    await keeper.step(save)
  }
  expect(trimmed).toEqual([3, 5])
})

test('the journal keeps what a centre has still to get', async () => {
  const forwarded = { position: 2 * 2 ** 32 + 50 }
  const keeper = upkeep({ forwarded })
  await readTo(5, 100)
  nowMs += DELTA_MS
  await keeper.step(save)
  expect(trimmed).toEqual([2])
  forwarded.position = 5 * 2 ** 32 + 100
  for (let step = 0; step < 5; step++) {
    nowMs += 1000
    await keeper.step(save)
  }
  expect(trimmed).toEqual([2, 5])
})

test('while the files cannot be written nothing is trimmed and the reason is told; it goes on by itself', async () => {
  const keeper = upkeep()
  const obstacle = join(recorded.dir, 'deltas')
  writeFileSync(obstacle, 'no folder')
  await readTo(5, 100)
  nowMs += DELTA_MS
  await keeper.step(save)
  expect(keeper.trouble).toMatch(/cannot be written, so the journal grows.*deltas/)
  expect(trimmed).toEqual([])
  rmSync(obstacle)
  nowMs += 10_000
  await keeper.step(save)
  expect(keeper.trouble).toBe('')
  expect(trimmed).toEqual([5])
})

test('what was archived under a place that the journal has not reached is in the delta behind it', async () => {
  const keeper = upkeep()
  await readTo(5, 100)
  keeper.hold(5 * 2 ** 32 + 101)
  nowMs += DELTA_MS
  await keeper.step(save)
  expect(cursor().segment).toBe(0)
  accounting.cursor = { segment: 5, offset: 150, crc: 0 }
  await keeper.step(save)
  expect(cursor()).toEqual(accounting.cursor)
})

test('retention waits until what is to go is in the KPI points', async () => {
  const dayMs = 86_400_000
  const keeper = upkeep({ retention: { ageMs: dayMs, bytes: null } })
  await readTo(5, 100)
  accounting.nowMs = TS + 3 * dayMs
  const steps = async () => {
    for (let step = 0; step < 6; step++) {
      nowMs += DELTA_MS
      await keeper.step(save)
    }
  }
  computedTo = 0
  await steps()
  const isThere = () => recorded.names().includes('reading/plant=p/day=2026-01-05/gen-1.parquet')
  expect(isThere()).toBe(true)
  computedTo = Number.MAX_SAFE_INTEGER
  await steps()
  expect(isThere()).toBe(false)
  expect(await recorded.bench.archive.readingCount()).toBe(1)
})

test('retention waits until what is to go is in the ledger', async () => {
  const dayMs = 86_400_000
  let isSealed = false
  const keeper = upkeep({ retention: { ageMs: dayMs, bytes: null }, isSealed: () => isSealed })
  await readTo(5, 100)
  accounting.nowMs = TS + 3 * dayMs
  const steps = async () => {
    for (let step = 0; step < 6; step++) {
      nowMs += DELTA_MS
      await keeper.step(save)
    }
  }
  await steps()
  const isThere = () => recorded.names().includes('reading/plant=p/day=2026-01-05/gen-1.parquet')
  expect(isThere()).toBe(true)
  isSealed = true
  await steps()
  expect(isThere()).toBe(false)
})
