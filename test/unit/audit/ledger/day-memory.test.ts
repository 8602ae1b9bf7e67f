import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cameFrom, cameNotFrom } from '../../../../src/archive/record/kinds.js'
import { type DayState, openReader, rootOfDay } from '../../../../src/audit/ledger/day-lines.js'

/** Proves that a day of many rows is gone through in little memory, on a machine without a folder for temporary files. */

const FILES = 4
const ROWS = 150_000

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-day-memory-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

async function manyRows(): Promise<DayState['files']> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  const names = Array.from({ length: FILES }, (_, i) => `gen-${i + 1}.parquet`)
  for (const [file, name] of names.entries()) {
    const rows = `SELECT 'p' AS plant, 'l' AS line, 'dev-' || lpad((i % 500)::VARCHAR, 5, '0') AS device, 'electricity' AS class,
        'energy_kwh' AS metric, 'kWh' AS unit, (20000::BIGINT * 86400000 + (${file * 500} + i // 500) * 1000)::BIGINT AS ts,
        i::DOUBLE AS value, NULL::VARCHAR AS word, 0::TINYINT AS quality, NULL::BIGINT AS seq, 1::BIGINT AS received_at,
        false AS assumed, (${file * ROWS} + i)::BIGINT AS position
      FROM range(${ROWS}) t(i) ORDER BY device, metric, ts`
    await connection.run(`COPY (${rows}) TO '${join(dir, name)}' (FORMAT parquet)`)
  }
  connection.closeSync()
  return names.map((name) => ({ name }))
}

test('of the rows that an order takes the devices are told, of those that stay only the root', {
  tags: ['slow'],
}, async () => {
  const files = await manyRows()
  const reader = await (await openReader('60MB')).connect()
  await reader.run("SET temp_directory = '/proc/nowhere'")
  const order = { plant: 'p', devices: ['dev-00003', 'dev-00007'], position: 1e12 }
  const day = { kind: 'reading', plant: 'p', day: 20_000, files } as const
  const gone = await rootOfDay(reader, dir, { ...day, only: cameFrom(order), withDevices: true })
  expect(gone).toMatchObject({ rows: (FILES * ROWS) / 250, devices: order.devices })
  const stays = await rootOfDay(reader, dir, { ...day, only: cameNotFrom(order) })
  expect(stays).toEqual({ rows: FILES * ROWS - gone.rows, root: expect.any(String) })
})
