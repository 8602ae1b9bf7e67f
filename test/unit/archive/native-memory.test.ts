import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { giveBackNativeMemory } from '../../../src/archive/native-memory.js'

/** Proves that memory which a query has left behind goes back to the system, and that a refusal of it is nobody's trouble. */

const SCRIPT = `
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { giveBackNativeMemory } from './src/archive/native-memory.ts'
const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '300MB' })
const connection = await instance.connect()
const columns = async (sql) => (await connection.runAndReadAll(sql)).getColumns()
const residentMiB = () => Number(/VmRSS:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
await columns('CREATE TABLE readings AS SELECT range AS at, hash(range) AS value FROM range(3000000)')
await columns('SELECT count(DISTINCT value) FROM readings')
const before = residentMiB()
await giveBackNativeMemory({ columns }, '300MB')
const [[rows]] = await columns('SELECT count(*) FROM readings')
console.log(JSON.stringify({ freedMiB: before - residentMiB(), rows: Number(rows) }))
`

test.runIf(process.platform === 'linux')('what a query has left behind goes back, and the tables stay', () => {
  const cwd = join(import.meta.dirname, '..', '..', '..')
  const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SCRIPT], { cwd })
  const { freedMiB, rows } = JSON.parse(String(said)) as { freedMiB: number; rows: number }
  expect(rows).toBe(3_000_000)
  expect(freedMiB).toBeGreaterThan(15)
})

test('a database that refuses is asked another time', async () => {
  await giveBackNativeMemory({ columns: () => Promise.reject(new Error('it is closed')) }, '128MB')
})
