import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { giveBackNativeMemory } from '../../../src/archive/native-memory.js'

/** Proves that memory which a query has left behind goes back to the system, and that a refusal of it is nobody's trouble. */

const SCRIPT = `
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from './src/archive/database.ts'
import { giveBackNativeMemory } from './src/archive/native-memory.ts'
const folder = mkdtempSync(join(tmpdir(), 'greengauge-native-'))
const options = { path: join(folder, 'archive.duckdb'), memoryLimit: '300MB', nowMs: 1 }
const { database } = await Database.open(options, async () => undefined)
const residentMiB = () => Number(/VmRSS:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
const numbers = async (sql) => (await database.columns(sql)).map(([one]) => Number(one))
const cachedMiB = async () => {
  const [bytes] = await numbers("SELECT sum(memory_usage_bytes)::DOUBLE FROM duckdb_memory() WHERE tag = 'BASE_TABLE'")
  return bytes / 2 ** 20
}
await database.write((connection) =>
  connection.run('CREATE TABLE measured AS SELECT range AS at, hash(range) AS value FROM range(6000000)'),
)
await database.columns('SELECT count(DISTINCT value) FROM measured')
const [before, cached] = [residentMiB(), await cachedMiB()]
await giveBackNativeMemory(database, '300MB')
const freedMiB = before - residentMiB()
const left = await cachedMiB()
const [limit] = (await database.columns("SELECT current_setting('memory_limit')"))[0]
const [rows] = await numbers('SELECT count(DISTINCT value) FROM measured')
console.log(JSON.stringify({ freedMiB, cached, left, limit, rows }))
await database.close()
rmSync(folder, { recursive: true })
`

test.runIf(process.platform === 'linux')('what a query has left behind goes back, and so do blocks of the file', () => {
  const cwd = join(import.meta.dirname, '..', '..', '..')
  const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SCRIPT], { cwd })
  const { freedMiB, cached, left, limit, rows } = JSON.parse(String(said)) as Record<string, number>
  expect(rows).toBe(6_000_000)
  expect(freedMiB).toBeGreaterThan(30)
  expect(cached).toBeGreaterThan(40)
  expect(left).toBeLessThan(20)
  expect(limit).toBe('286.1 MiB')
})

test('a database that refuses is asked another time', async () => {
  const refuse = () => Promise.reject(new Error('it is closed'))
  await giveBackNativeMemory({ betweenReads: refuse, columns: refuse }, '128MB')
})

test('while somebody reads only the allocators are flushed', async () => {
  const asked: string[] = []
  const columns = async (sql: string) => {
    asked.push(sql)
    return []
  }
  await giveBackNativeMemory({ betweenReads: async () => false, columns }, '128MB')
  expect(asked).toEqual(["SET memory_limit = '128MB'"])
})
