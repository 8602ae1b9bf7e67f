import { expect, test } from 'vitest'
import { Bench, reading } from '../../support/engine.js'

/** Proves that keys by which commits look rows up stay nowhere: deleted later they would, and be read by each commit to come. */

const TS = Date.parse('2025-07-01T10:00:00Z')
const METERS = 20
const COMMITS = 30

test('keys that a commit has looked up are gone with the next', async () => {
  const bench = await Bench.open()
  try {
    for (let round = 0; round < COMMITS; round++) {
      const of = (ts: number) =>
        Array.from({ length: METERS }, (_, i) => reading({ device: `m${i}`, metric: 'elec_import_kwh', ts, value: ts }))
      // The second of them is older than the newest, so it is looked up.
      await bench.commit([...of(TS + round * 2000 + 1000), ...of(TS + round * 2000)])
    }
    const rows = await bench.database.write(async (connection) => {
      const tables = await connection.runAndReadAll(
        'SELECT table_name, estimated_size::INTEGER FROM duckdb_tables() WHERE temporary',
      )
      return new Map(tables.getRows() as [string, number][])
    })
    expect([...rows.keys()].toSorted()).toEqual(['happened', 'touched', 'touched_state', 'wanted'])
    expect(rows.get('touched')).toBe(METERS)
    expect(rows.get('wanted')).toBeLessThanOrEqual(2 * METERS)
  } finally {
    await bench.close()
  }
})
