import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../../../src/archive/database.js'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greengauge-database-'))
  path = join(folder, 'archive.duckdb')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function open(nowMs: number) {
  const { database, setAside } = await Database.open({ path, memoryLimit: '100MB', nowMs }, async () => undefined)
  await database.write(async (connection) => {
    await connection.run("INSERT INTO progress VALUES ('opened', $1)", [String(nowMs)])
  })
  const [opened] = await database.columns("SELECT content FROM progress WHERE name = 'opened' ORDER BY content")
  await database.close()
  return { setAside, opened }
}

test('what was written is there when the file is opened again, and no mark stays behind', async () => {
  await open(1)
  expect(await open(2)).toEqual({ setAside: null, opened: ['1', '2'] })
  expect(readdirSync(folder).filter((name) => name.includes('opening'))).toEqual([])
})

test('a file that does not open is set aside, not deleted, and a new one is begun', async () => {
  writeFileSync(path, 'this is no database')
  const { setAside, opened } = await open(7)
  expect(setAside).toContain('was set aside')
  expect(existsSync(`${path}.broken-7`)).toBe(true)
  expect(opened).toEqual(['7'])
})

test('so is one whose opening has ended the process twice; after one such end it is tried again', async () => {
  await open(1)
  writeFileSync(`${path}.opening`, '1')
  expect((await open(2)).setAside).toBeNull()
  writeFileSync(`${path}.opening`, '2')
  expect(await open(3)).toEqual({ setAside: expect.stringContaining('the last 2 starts'), opened: ['3'] })
})

test('broken off, it ends what is under way and refuses what comes; what was committed stays', async () => {
  const { database } = await Database.open({ path, memoryLimit: '100MB', nowMs: 1 }, async () => undefined)
  const put = (name: string) => async (connection: DuckDBConnection) => {
    await connection.run("INSERT INTO progress VALUES ($1, '')", [name])
  }
  await database.transaction(put('committed'))
  const long = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11'
  const writing = database.transaction(async (connection) => {
    await put('begun')(connection)
    await connection.run(long)
  })
  const reading = database.columns(long)
  const waiting = database.columns('SELECT 1')
  const ends = [writing, reading, waiting].map((work) => work.then(() => 'done', String))
  await new Promise((resolve) => setTimeout(resolve, 100))
  database.breakOff()
  expect(database.isBrokenOff).toBe(true)
  const [write, read, wait] = await Promise.all(ends)
  expect(write).toMatch(/interrupt/i)
  expect(read).toMatch(/interrupt/i)
  expect(wait).toBe('Error: the gateway is being stopped')
  await expect(database.write(put('later'))).rejects.toThrow('is being stopped')
  await database.close()

  const again = await Database.open({ path, memoryLimit: '100MB', nowMs: 2 }, async () => undefined)
  expect(again.setAside).toBe(null)
  expect(await again.database.columns("SELECT name FROM progress WHERE name <> 'schema'")).toEqual([['committed']])
  await again.database.close()
})

test('while the disk has no room a transaction waits, says so, and is done once when there is room', async () => {
  const { database } = await Database.open({ path, memoryLimit: '100MB', nowMs: 1 }, async () => undefined)
  let attempts = 0
  const said: string[] = []
  await database.transaction(async (connection) => {
    said.push(database.trouble)
    await connection.run("INSERT INTO progress VALUES ('filled', 'x')")
    if (attempts++ === 0) throw new Error('IO Error: Could not write file "a.wal": No space left on device')
  })
  expect(said).toEqual(['', expect.stringContaining('make room: IO Error: Could not write file')])
  expect(database.trouble).toBe('')
  expect(await database.columns("SELECT content FROM progress WHERE name = 'filled'")).toEqual([['x']])
  await database.close()
})
