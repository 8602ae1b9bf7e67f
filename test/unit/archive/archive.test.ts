import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { compareContenders } from '../../../src/archive/winner.js'
import type { Reading } from '../../../src/base/reading.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import { Bench, reading } from '../../support/engine.js'
import { Sources } from '../../support/sources.js'

const TS = Date.parse('2025-07-01T10:00:00Z')
const RANGE = { fromMs: 0, toMs: TS + 1e9, limit: 1000, sincePosition: 0 }

async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await Bench.open()
  try {
    return await work(bench)
  } finally {
    await bench.close()
  }
}

async function kept(bench: Bench, metric: string) {
  const series = bench.archive.series.find('p', 'm1', metric)
  return series === undefined ? [] : bench.archive.readings(series, RANGE)
}

test('a repeat is dropped and counted, another value of the same instant is a conflict', () =>
  withBench(async (bench) => {
    const one = reading({ metric: 'elec_import_kwh', ts: TS, value: 1 })
    expect(await bench.commit([one, one, { ...one, value: 2 }])).toEqual({ archived: 1, duplicate: 1, conflict: 1 })
    expect(await bench.commit([one])).toEqual({ archived: 0, duplicate: 0, conflict: 1 })
    expect(await bench.commit([{ ...one, value: 2 }])).toEqual({ archived: 0, duplicate: 1, conflict: 0 })
    expect(await kept(bench, 'elec_import_kwh')).toMatchObject([{ value: 2 }])
    expect(await bench.archive.readingCount()).toBe(1)
  }))

test('what was archived is known after a restart', () =>
  withBench(async (bench) => {
    const one = reading({ metric: 'elec_import_kwh', ts: TS, value: 1 })
    await bench.commit([one])
    await bench.restart()
    expect(bench.archive.series.find('p', 'm1', 'elec_import_kwh')).toMatchObject({ oldestTs: TS, newestTs: TS })
    expect(bench.senders.find('p', 'm1')).toMatchObject({ messages: 1, lastTs: TS })
    expect(await bench.commit([one])).toEqual({ archived: 0, duplicate: 1, conflict: 0 })
  }))

test('words and metrics that nobody knows are read back as they came', () =>
  withBench(async (bench) => {
    await bench.commit([
      reading({ metric: 'state', ts: TS, value: 'Execute', class: 'robot' }),
      reading({ metric: 'torque_nm', ts: TS, value: -1.5, unit: 'Nm', quality: 8 }),
    ])
    expect(await kept(bench, 'state')).toMatchObject([{ value: 'Execute', quality: 0 }])
    expect(await kept(bench, 'torque_nm')).toMatchObject([{ value: -1.5, quality: 8 }])
  }))

test('what comes while a block is being archived shows neither in its readings nor in its senders', () =>
  withBench(async ({ archive, senders, database }) => {
    const sources = new Sources()
    const [block, next] = [new ReadingBlock(), new ReadingBlock()]
    const send = (into: ReadingBlock, ts: number, position: number) => {
      const sender = senders.touch('p', 'l', 'm1')
      sender.messages++
      sender.sequence.last = position
      sender.minutes.push({ minute: position, offsetMs: null, messages: 1 })
      sources.addTo(into, reading({ metric: 'elec_import_kwh', ts, value: position }), position)
    }
    const saved = () =>
      database.columns('SELECT messages, last_seq, minutes, (SELECT count(*)::INTEGER FROM reading) FROM sender')
    send(block, TS, 0)
    const committed = archive.commit({ readings: block, events: [], progress: () => 0 })
    send(next, TS + 1, 1)
    send(next, TS, 2)
    expect((await committed).outcome).toEqual({ archived: 1, duplicate: 0, conflict: 0 })
    expect(await saved()).toEqual([[1], [0], ['[[0,null,1]]'], [1]])
    const { outcome } = await archive.commit({ readings: next, events: [], progress: () => 1 })
    expect(outcome).toEqual({ archived: 1, duplicate: 0, conflict: 1 })
    expect(await saved()).toEqual([[3], [2], ['[[0,null,1],[1,null,1],[2,null,1]]'], [2]])
  }))

const contender = fc.record({
  value: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom('Idle', 'Execute', '\u{1F916}', '\uFFFD')),
  quality: fc.integer({ min: 0, max: 3 }),
  seq: fc.option(fc.integer({ min: 0, max: 2 })),
})

property.prop([contender, contender, contender])('of readings with one key one wins, whoever is asked', (a, b, c) => {
  const sign = (x: number) => Math.sign(x) || 0
  expect(sign(compareContenders(a, b)) + sign(compareContenders(b, a))).toBe(0)
  if (compareContenders(a, b) < 0 && compareContenders(b, c) < 0) expect(compareContenders(a, c)).toBeLessThan(0)
})

describe('readings in any order', { tags: ['slow'] }, () => {
  property.prop(
    [
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), contender), { minLength: 1, maxLength: 12 }).chain((rows) =>
        fc.record({
          rows: fc.constant(rows),
          again: fc.shuffledSubarray(rows, { minLength: rows.length }),
          cuts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
        }),
      ),
    ],
    { numRuns: 25 },
  )(
    'the winner is the same in any order and any batches, and every reading is counted once',
    async ({ rows, again, cuts }) => {
      const readingsOf = (list: typeof rows): Reading[] =>
        list.map(([at, one]) => reading({ metric: 'state', ts: TS + at, class: 'robot', ...one }))
      const outcomeOf = (readings: readonly Reading[]) =>
        withBench(async (bench) => {
          let counted = 0
          for (let at = 0, i = 0; at < readings.length; i++) {
            const size = cuts[i % cuts.length]!
            const { archived, duplicate, conflict } = await bench.commit(readings.slice(at, at + size))
            counted += archived + duplicate + conflict
            at += size
          }
          expect(counted).toBe(readings.length)
          return kept(bench, 'state')
        })
      expect(await outcomeOf(readingsOf(again))).toEqual(await outcomeOf(readingsOf(rows)))
    },
  )
})
