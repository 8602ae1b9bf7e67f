import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** More than a thread gets through in the time that it is given here. */
const ROWS = 3_000_000
/** Longest time of a close on a machine that is busy, ms: one that waits for the end of the work lets it be done. */
const CLOSED_MS_MAX = 60_000
const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src')

let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-native-stop-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const rows = `SELECT 'p' AS plant, 'l' AS line, 'energy' AS class, 'm' || range % 10 AS device,
    'elec_import_kwh' AS metric, 'kWh' AS unit, range // 10 AS ts, range::DOUBLE AS value, NULL::VARCHAR AS word,
    0::UTINYINT AS quality, NULL::BIGINT AS seq, range AS received_at, false AS assumed, range AS position
    FROM range(${ROWS})`
  // Two files: then every device's day is sorted.
  for (const name of ['a', 'b'])
    await connection.run(`COPY (${rows}) TO '${join(dir, `${name}.parquet`)}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The end of a process that runs `script` as a module. */
function ended(script: string): Promise<{ code: number | null; said: string }> {
  const file = join(dir, 'process.mjs')
  writeFileSync(file, script)
  const child = spawn(process.execPath, [file])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })))
}

const imported = (path: string) => JSON.stringify(pathToFileURL(join(DIST, path)).href)

test.each([50, 400, 1500])(
  'the thread of the ledger is closed %i ms after it began to sort a day, and the gateway lives',
  async (ms) => {
    const state = { kind: 'reading', plant: 'p', day: 0, files: [{ name: 'a.parquet' }, { name: 'b.parquet' }] }
    const { code, said } = await ended(`
    const { AuditWorker } = await import(${imported('audit/audit-worker.js')})
    const worker = new AuditWorker()
    const root = worker.root(${JSON.stringify(dir)}, ${JSON.stringify(state)})
    root.then(() => console.log('it was done before'), (error) => console.log(error.message))
    await new Promise((resolve) => setTimeout(resolve, ${ms}))
    const startMs = performance.now()
    await worker.close()
    if (performance.now() - startMs > ${CLOSED_MS_MAX}) console.log('slow')
    console.log('lives')
  `)
    expect({ code, said }).toEqual({ code: 0, said: 'the gateway is being stopped\nlives\n' })
  },
)
