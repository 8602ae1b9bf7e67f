// @module-tag slow

import { DuckDBInstance } from '@duckdb/node-api'
import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { Archive } from '../../src/archive/archive.js'
import { Database } from '../../src/archive/database.js'
import { Senders } from '../../src/archive/senders.js'
import { compareContenders, isRepeat } from '../../src/archive/winner.js'
import type { Reading } from '../../src/base/reading.js'
import { ReadingBlock } from '../../src/base/reading-block.js'
import { reading } from '../support/engine.js'
import { Sources } from '../support/sources.js'

const TS = Date.parse('2026-07-01T00:00:00Z')

/** A reading and the journal record that brought it. */
interface Arrived {
  readonly reading: Reading
  readonly position: number
}

/**
 * The rules of the archive a reading at a time, on plain objects: what the columns have to come to. A block's changes are
 * the readings that stand at its end and did not at its beginning, in the order in which their keys came, or came to win.
 */
class Reference {
  readonly #standing = new Map<string, Arrived>()
  readonly conflicts: (Arrived & { readonly decided: number })[] = []
  readonly series = new Map<string, { line: string; unit: string; class: string; oldest: number; newest: number }>()

  get readings(): readonly Arrived[] {
    return [...this.#standing.values()]
  }

  commit(block: readonly Arrived[]) {
    const before = new Map(this.#standing)
    const changed = new Map<string, Arrived>()
    const outcome = { archived: 0, duplicate: 0, conflict: 0 }
    for (const arrived of block) {
      const { plant, line, device, metric, unit, class: under } = arrived.reading
      const of = `${plant}/${device}/${metric}`
      // One without a time is a reading of its own: it has the first millisecond from its arrival on that is free.
      let { ts } = arrived.reading
      if (arrived.reading.tsAssumed) while (this.#standing.has(`${of}/${ts}`)) ts++
      const one = { ...arrived, reading: { ...arrived.reading, ts } }
      const known = this.series.get(of) ?? { line, unit, class: under, oldest: Infinity, newest: -Infinity }
      this.series.set(of, {
        ...known,
        line,
        oldest: Math.min(ts, known.oldest),
        newest: Math.max(ts, known.newest),
      })
      const key = `${of}/${ts}`
      const other = this.#standing.get(key)
      if (other === undefined) outcome.archived++
      else {
        const wins = compareContenders(one.reading, other.reading) < 0
        if (isRepeat(one.reading, other.reading)) outcome.duplicate++
        else {
          outcome.conflict++
          this.conflicts.push({ ...(wins ? other : one), decided: one.position })
        }
        if (!wins) continue
      }
      this.#standing.set(key, one)
      changed.set(key, one)
    }
    expect([...changed].every(([key, one]) => before.get(key) !== one)).toBe(true)
    return { outcome, changes: [...changed.values()] }
  }
}

const arriving = fc.record({
  device: fc.constantFrom('m1', 'm2'),
  metric: fc.constantFrom('state', 'torque_nm'),
  line: fc.constantFrom('l', 'k'),
  unit: fc.constantFrom('', 'Nm'),
  class: fc.constantFrom('robot' as const, 'energy' as const),
  at: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(2 ** 32, -TS, -TS - 1)),
  value: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true }), fc.constantFrom('Idle', 'Äcute', '')),
  quality: fc.integer({ min: 0, max: 3 }),
  seq: fc.option(fc.integer({ min: 0, max: 2 })),
  delayMs: fc.integer({ min: -5, max: 2 ** 33 }),
  tsAssumed: fc.boolean(),
})

const blocks = fc.array(fc.array(arriving, { maxLength: 12 }), { minLength: 1, maxLength: 5 })

property.prop([blocks, fc.boolean()], { numRuns: 60 })(
  'a block in columns comes to the same tables, counts and changes as its readings one by one',
  async (arrived, isInOrder) => {
    const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
    try {
      const archive = await Archive.open(database, new Senders())
      const reference = new Reference()
      const sources = new Sources()
      const block = new ReadingBlock()
      let position = 0
      for (const rows of arrived) {
        const block1 = rows.map(({ at, delayMs, ...of }) => {
          // In order every reading is newer than all before it: then nothing is compared at all.
          const ts = TS + (isInOrder ? position * 100 : at)
          return {
            reading: reading({ ...of, ts, receivedAt: ts + (of.tsAssumed ? 0 : delayMs) }),
            position: position++,
          }
        })
        block.clear()
        for (const one of block1) sources.addTo(block, one.reading, one.position)
        const { outcome, changes } = await archive.commit({ readings: block, events: [], progress: () => position })
        const expected = reference.commit(block1)
        expect(outcome).toEqual(expected.outcome)
        expect(Array.from(changes.rows, (row) => block.position[row])).toEqual(
          expected.changes.map((one) => one.position),
        )
        expect(await tables(database)).toEqual({
          reading: rowsOf(reference.readings),
          conflict: rowsOf(reference.conflicts),
        })
        for (const [key, { line, unit, class: under, oldest, newest }] of reference.series) {
          const series = archive.series.find(...(key.split('/') as [string, string, string]))
          expect(series).toMatchObject({ line, unit, class: under, oldestTs: oldest, newestTs: newest })
        }
      }
    } finally {
      await database.close()
    }
  },
)

/** A block of several chunks, of which some rows have words and some a counter. */
property.prop([fc.array(arriving, { minLength: 3, maxLength: 7 })], { numRuns: 5 })(
  'a block of many thousand readings is archived whole',
  async (pattern) => {
    const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
    try {
      const archive = await Archive.open(database, new Senders())
      const sources = new Sources()
      const block = new ReadingBlock()
      const all = Array.from({ length: 7000 }, (_, i): Arrived => {
        const { at, delayMs, ...of } = pattern[i % pattern.length]!
        return { reading: reading({ ...of, ts: TS + i, receivedAt: TS + i + delayMs }), position: i }
      })
      for (const half of [all.slice(0, 6500), all.slice(6500)]) {
        block.clear()
        for (const one of half) sources.addTo(block, one.reading, one.position)
        await archive.commit({ readings: block, events: [], progress: () => null })
      }
      expect((await tables(database)).reading).toEqual(rowsOf(all))
    } finally {
      await database.close()
    }
  },
)

type Cells = readonly unknown[]

/** Rows in no order, as what they are compared by. */
function rowsOf(arrived: readonly (Arrived & { readonly decided?: number })[]): string[] {
  const cells = arrived.map(({ reading: one, position, decided }): Cells => {
    const isNumber = typeof one.value === 'number'
    return [
      one.plant,
      one.device,
      one.metric,
      one.line,
      one.ts,
      isNumber ? one.value : null,
      isNumber ? null : one.value,
      one.quality,
      one.seq,
      one.receivedAt,
      one.tsAssumed,
      position,
      ...(decided === undefined ? [] : [decided]),
    ]
  })
  return cells.map(textOf).sort()
}

async function tables(database: Database): Promise<{ reading: string[]; conflict: string[] }> {
  const read = async (table: string, more: string) => {
    const columns = await database.columns(
      `SELECT s.plant, s.device, s.metric, l.name, r.ts::DOUBLE, r.value, r.word, r.quality, r.seq,
         r.received_at::DOUBLE, r.assumed, r.position::DOUBLE ${more}
       FROM ${table} r JOIN series s ON s.id = r.series JOIN line_name l ON l.id = r.line`,
    )
    return (columns[0] ?? []).map((_, i) => textOf(columns.map((column) => column[i]))).sort()
  }
  return { reading: await read('reading', ''), conflict: await read('conflict', ', r.decided::DOUBLE') }
}

function textOf(cells: Cells): string {
  return JSON.stringify(
    cells.map((cell) => (Object.is(cell, -0) ? '-0' : cell === Infinity ? 'inf' : cell === -Infinity ? '-inf' : cell)),
  )
}
