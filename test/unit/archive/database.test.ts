import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
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

test('one whose opening has ended the process twice is looked at: it is used when all of it can be read, else set aside', async () => {
  await open(1)
  writeFileSync(`${path}.opening`, '1')
  expect((await open(2)).setAside).toBeNull()
  writeFileSync(`${path}.opening`, '2')
  expect(await open(3)).toEqual({ setAside: null, opened: ['1', '2', '3'] })
  writeFileSync(`${path}.opening`, '2')
  damage()
  expect(await open(4)).toEqual({ setAside: expect.stringContaining('the last 2 starts'), opened: ['4'] })
})

/** A page behind the headers that no longer is what its checksum says. */
function damage(): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(4096, 'no block '), 0, 4096, 16_384)
  closeSync(file)
}

test.each(['.suspect', '.damaged'])(
  'a file that gave an error (%s) is looked at, and set aside only when it is damaged',
  async (mark) => {
    await open(1)
    writeFileSync(path + mark, 'IO Error: fsync failed!')
    expect(await open(2)).toEqual({ setAside: null, opened: ['1', '2'] })
    expect(readdirSync(folder)).toEqual(['archive.duckdb'])
    writeFileSync(path + mark, 'IO Error: fsync failed!')
    damage()
    expect(await open(3)).toEqual({
      setAside: expect.stringMatching(/in the last run .*fsync failed.*; /),
      opened: ['3'],
    })
  },
)

test('a disk that refuses once while a suspect file is looked at does not cost it', async () => {
  await open(1)
  writeFileSync(`${path}.suspect`, 'IO Error: fsync failed!')
  const answers = ['IO Error: Could not read from file "archive.duckdb": Input/output error', '']
  const check = async () => answers.shift() ?? 'asked too often'
  const opened = await Database.open({ path, memoryLimit: '100MB', nowMs: 2, check }, async () => undefined)
  await opened.database.close()
  expect([opened.setAside, answers]).toEqual([null, []])
})

test('of what was set aside three copies stay, and it is said which were deleted', async () => {
  const said: string[] = []
  for (let nowMs = 1; nowMs <= 5; nowMs++) {
    writeFileSync(path, 'this is no database')
    said.push((await open(nowMs)).setAside ?? '')
  }
  const copies = readdirSync(folder).filter((name) => /broken-\d+$/.test(name))
  expect(copies).toEqual([3, 4, 5].map((nowMs) => `archive.duckdb.broken-${nowMs}`))
  expect(said[2]).not.toContain('deleted')
  expect(said[4]).toContain(`these older copies were deleted: ${path}.broken-2`)
})

/** Work that puts a row, and fails the first `times` times with an error of DuckDB's. */
function refused(message: string, times: number) {
  let attempts = 0
  return async (connection: DuckDBConnection) => {
    await connection.run("INSERT INTO progress VALUES ('put', 'x')")
    if (attempts++ < times) throw new Error(message)
    return attempts
  }
}

const FSYNC = `FATAL Error: Failed: database has been invalidated because of a previous fatal error.
Original error: "fsync failed!"`

test.each([
  ['a sync', FSYNC],
  ['a write', 'TransactionContext Error: Failed to commit: Could not write file "a.wal": Input/output error'],
])('when the disk refuses %s the file is opened anew, and the transaction is done once', async (_, message) => {
  const said: string[] = []
  const { database } = await Database.open(
    { path, memoryLimit: '100MB', nowMs: 1, say: (text) => said.push(text) },
    async () => undefined,
  )
  const reading = database.columns('SELECT count(*)::INTEGER FROM range(20000000) a WHERE a.range % 7 = 3')
  expect(await database.transaction(refused(message, 2))).toBe(3)
  expect(await reading).toEqual([[2857143]])
  expect(await database.columns("SELECT content FROM progress WHERE name = 'put'")).toEqual([['x']])
  expect([database.trouble, database.damage]).toEqual(['', ''])
  expect(said[0]).toMatch(/the disk refused .* \(try 1 of 5\): .*(fsync failed|Input\/output)/)
  await database.close()
  expect((await open(2)).setAside).toBeNull()
})

test('a disk that goes on refusing is told of, the work fails, and the next start looks at the file and uses it', async () => {
  const said: string[] = []
  const { database } = await Database.open(
    { path, memoryLimit: '100MB', nowMs: 1, say: (text) => said.push(text), againMs: [1, 1, 1] },
    async () => undefined,
  )
  await expect(database.transaction(refused(FSYNC, Infinity))).rejects.toThrow('fsync failed')
  expect(said.filter((text) => text.includes('the disk refused'))).toHaveLength(3)
  expect(database.trouble).toMatch(/gives errors; restart the gateway.*fsync failed/)
  await database.close()
  expect(await open(2)).toEqual({ setAside: null, opened: ['2'] })
})

test('broken off, it ends what is under way and refuses what comes; what was committed stays', async () => {
  const { database } = await Database.open({ path, memoryLimit: '100MB', nowMs: 1 }, async () => undefined)
  const put = (name: string) => async (connection: DuckDBConnection) => {
    await connection.run("INSERT INTO progress VALUES ($1, '')", [name])
  }
  await database.transaction(put('committed'))
  const long = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11'
  let isBegun = false
  const writing = database.transaction(async (connection) => {
    await put('begun')(connection)
    isBegun = true
    await connection.run(long)
  })
  const reading = database.columns(long)
  const waiting = database.columns('SELECT 1')
  const ends = [writing, reading, waiting].map((work) => work.then(() => 'done', String))
  await expect.poll(() => isBegun).toBe(true)
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

test('what a flood has written is in memory only until its log has 4 MB', async () => {
  const { database } = await Database.open({ path, memoryLimit: '300MB', nowMs: 1 }, async () => undefined)
  const held: number[] = []
  try {
    for (let part = 0; part < 40; part++) {
      await database.transaction(async (connection) => {
        await connection.run(
          `INSERT INTO kpi_point SELECT i % 500, ${part} * 60000, ${part} * 60000 + 60000, random(), '', random(), random(),
             1, 0, false, 0, 0, '', ${part} * 10000 + i, false FROM range(10000) r(i)`,
        )
      })
      const [bytes] = await database.columns(
        `SELECT sum(memory_usage_bytes)::DOUBLE FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'`,
      )
      held.push(Number(bytes?.[0]))
    }
  } finally {
    await database.close()
  }
  expect(Math.max(...held) / 2 ** 20).toBeLessThan(40)
})

test('behind so much work, or growth, the file is opened anew: what was written stays, and what comes meanwhile waits', async () => {
  const renewedAfter = { works: 10, bytes: 4 * 2 ** 20 }
  const { database } = await Database.open(
    { path, memoryLimit: '100MB', nowMs: 1, renewedAfter },
    async () => undefined,
  )
  const inUse = () => database.write(async (connection) => connection)
  const first = await inUse()
  await database.renew()
  expect(await inUse()).toBe(first)

  for (let work = 0; work < 10; work++) await database.columns('SELECT 1')
  const put = (name: string) => async (connection: DuckDBConnection) => {
    await connection.run("INSERT INTO progress VALUES ($1, 'x')", [name])
  }
  const before = database.transaction(put('before'))
  const renewed = database.renew()
  const behind = database.transaction(put('behind'))
  await before
  // By the next turn of the loop it is under way; a query that came before would put it off.
  await setImmediate()
  const read = database.columns("SELECT name FROM progress WHERE name = 'before'")
  await Promise.all([renewed, behind])
  expect(await read).toEqual([['before']])
  const second = await inUse()
  expect(second).not.toBe(first)
  expect(await database.columns("SELECT name FROM progress WHERE content = 'x' ORDER BY name")).toEqual([
    ['before', 'behind'],
  ])

  await database.write((connection) => connection.run('INSERT INTO wanted VALUES (1, 2)'))
  await database.transaction((connection) =>
    connection.run(`INSERT INTO kpi_point SELECT i, i, i, random(), '', random(), random(), random(), random(), false, 0, 0, '', i, false
                    FROM range(300000) r(i)`),
  )
  await database.renew()
  expect(await inUse()).not.toBe(second)
  expect(await database.columns('SELECT count(*)::INTEGER FROM kpi_point')).toEqual([[300_000]])
  await database.close()
})

test('a query under way is not cut short for it before twice as much has come together, and is then begun again', async () => {
  const renewedAfter = { works: 10, bytes: 2 ** 40 }
  const { database } = await Database.open(
    { path, memoryLimit: '100MB', nowMs: 1, renewedAfter },
    async () => undefined,
  )
  const inUse = () => database.write(async (connection) => connection)
  const first = await inUse()
  for (let work = 0; work < 12; work++) await inUse()
  const reading = database.columns('SELECT count(*)::INTEGER FROM range(30000000) a WHERE a.range % 7 = 3')
  await database.renew()
  expect(await inUse()).toBe(first)
  for (let work = 0; work < 12; work++) await inUse()
  await database.renew()
  expect(await inUse()).not.toBe(first)
  expect(await reading).toEqual([[4_285_714]])
  await database.close()
})

test('a file that cannot be opened anew for a moment is tried again, and nothing is lost', async () => {
  const said: string[] = []
  const { database } = await Database.open(
    {
      path,
      memoryLimit: '100MB',
      nowMs: 1,
      renewedAfter: { works: 1, bytes: 2 ** 40 },
      say: (text) => said.push(text),
    },
    async () => undefined,
  )
  await database.transaction((connection) => connection.run("INSERT INTO progress VALUES ('put', 'x')"))
  renameSync(path, `${path}.away`)
  mkdirSync(`${path}.folder`)
  symlinkSync(`${path}.folder`, path)
  const renewed = database.renew()
  const read = database.columns("SELECT content FROM progress WHERE name = 'put'")
  await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(0)
  // In one step: between two the next try would make a new file there.
  renameSync(`${path}.away`, path)
  await renewed
  expect(await read).toEqual([['x']])
  expect(said.at(-1)).toContain('the file was opened anew')
  expect([database.trouble, database.damage]).toEqual(['', ''])
  await database.close()
})
