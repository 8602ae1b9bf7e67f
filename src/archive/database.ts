import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { quoted } from './record/kinds.js'
import { SCHEMA, SCHEMA_VERSION } from './schema.js'

export interface DatabaseOptions {
  readonly path: string
  readonly memoryLimit: string
  /** Names the file that is set aside; epoch ms. */
  readonly nowMs: number
  /**
   * Puts into a database that is begun anew what the lasting record has; `why` says why there is none to go on with,
   * null when there was no file. A file that was being filled when the process ended is begun once more.
   */
  fill?(database: Database, why: string | null): Promise<void>
}

/** The file opens, and yet it cannot be used; the message says why. `load` may throw it too. */
export class DatabaseUnusable extends Error {}

/**
 * Rows that DuckDB compresses and writes together. A transaction with more of them writes them straight into the file;
 * below that it writes them to the log first, and again at the next checkpoint. At DuckDB's own 122,880 a full batch of the
 * pipeline (50,000) would go the long way, at twice the processor time.
 */
const ROW_GROUP_ROWS = 32_768

/** How the file is called in DuckDB. */
const NAME = 'archive'

/** After this many starts that ended inside DuckDB's opening the file is taken for damaged. */
const OPENINGS_MAX = 2

/**
 * The DuckDB file of one gateway: a cache of what the journal says, with one owner thread. Two connections, one that
 * writes and one that reads; each runs one statement at a time, so that at most two calls are in DuckDB at once and a
 * long query never stands before a commit.
 */
export class Database {
  readonly #instance: DuckDBInstance
  readonly #writer: Lane
  readonly #reader: Lane

  #damage = ''
  #shortage = ''
  #isBrokenOff = false

  private constructor(
    instance: DuckDBInstance,
    path: string | null,
    writer: DuckDBConnection,
    reader: DuckDBConnection,
  ) {
    this.#instance = instance
    const onError = (error: unknown): void => {
      if (path === null || this.#damage !== '' || !isError(DAMAGE, error)) return
      this.#damage = firstLine(error)
      writeFileSync(damageMark(path), this.#damage)
    }
    this.#writer = new Lane(writer, onError)
    this.#reader = new Lane(reader, onError)
  }

  /**
   * Opens the file and lets `load` read from it what its owner needs. One that does not open, has other tables, or is
   * damaged where `load` reads, is set aside (never deleted) and a new one is begun and filled: `setAside` then says so in
   * a sentence. So is one that was found damaged later, in the last run.
   * A file can also end the whole process while it is opened (a native assertion): a mark beside it counts the openings
   * that never came back.
   */
  static async open<T>(
    options: DatabaseOptions,
    load: (database: Database) => Promise<T>,
  ): Promise<{ database: Database; loaded: T; setAside: string | null }> {
    mkdirSync(dirname(options.path), { recursive: true })
    const mark = openingMark(options.path)
    const openings = existsSync(mark) ? Number(readFileSync(mark, 'utf8')) || 0 : 0
    let setAside: string | null = null
    if (existsSync(damageMark(options.path))) {
      setAside = moveAway(options, `found damaged: ${readFileSync(damageMark(options.path), 'utf8')}`)
    } else if (openings >= OPENINGS_MAX) {
      setAside = moveAway(options, `the last ${openings} starts ended while it was opened`)
    }
    if (existsSync(fillingMark(options.path))) removeUnfilled(options.path)
    writeFileSync(mark, String(setAside === null ? openings + 1 : 1))
    let opened: { database: Database; loaded: T }
    try {
      opened = await openAndLoad(options, setAside, load)
    } catch (error) {
      if (!(error instanceof DatabaseUnusable) && !isError(ANY_ERROR, error)) {
        rmSync(mark, { force: true })
        throw error
      }
      setAside = moveAway(options, firstLine(error))
      opened = await openAndLoad(options, setAside, load)
    }
    rmSync(mark, { force: true })
    return { ...opened, setAside }
  }

  /** Takes the two connections of an open file (`path`; null in memory) and makes sure that the tables are there. */
  static async on(instance: DuckDBInstance, path: string | null = null): Promise<Database> {
    const connections = [await instance.connect(), await instance.connect()] as const
    if (path !== null) for (const connection of connections) await connection.run(`USE ${NAME}`)
    const database = new Database(instance, path, ...connections)
    await database.write(async (connection) => {
      await connection.run(SCHEMA)
    })
    return database
  }

  /**
   * Runs `work` alone on the writing connection, in one transaction: all of it or nothing. While the disk has no room, `work` is
   * begun again, until it has or the database is broken off: so it must come to the same when it runs twice.
   */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.write(async (connection) => {
      for (;;) {
        await connection.run('BEGIN')
        try {
          const result = await work(connection)
          await connection.run('COMMIT')
          this.#shortage = ''
          return result
        } catch (error) {
          await connection.run('ROLLBACK').catch(() => undefined)
          if (!NO_ROOM.test(firstLine(error)) || this.#isBrokenOff) throw error
          this.#shortage = firstLine(error)
          await setTimeout(ROOM_RETRY_MS)
        }
      }
    })
  }

  /** Runs `work` alone on the writing connection. */
  write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#writer.run(work)
  }

  /** The columns of a query's answer, on the reading connection. */
  columns(sql: string, parameters: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return this.#reader.run(async (connection) => (await connection.runAndReadAll(sql, parameters)).getColumns())
  }

  /** The same as chunks, for who reads so much that arrays of it would cost. */
  chunks(sql: string, parameters: DuckDBValue[] = []): Promise<readonly DuckDBDataChunk[]> {
    return this.#reader.run(async (connection) => (await connection.run(sql, parameters)).fetchAllChunks())
  }

  /** What was found damaged in the file since it was opened, '' when nothing was; the next start rebuilds it. */
  get damage(): string {
    return this.#damage
  }

  /** What is wrong with it now, with the remedy; '' when nothing is. */
  get trouble(): string {
    if (this.#damage !== '') return `it is damaged; restart the gateway to rebuild it: ${this.#damage}`
    return this.#shortage === ''
      ? ''
      : `its disk is full, and what comes waits in the journal; make room: ${this.#shortage}`
  }

  /**
   * Breaks off what is under way and refuses what comes, until it is closed: for a stop that cannot wait. What has been
   * committed stays, and nothing else.
   */
  breakOff(): void {
    this.#isBrokenOff = true
    this.#reader.breakOff()
    this.#writer.breakOff()
  }

  /** From then on its work fails. */
  get isBrokenOff(): boolean {
    return this.#isBrokenOff
  }

  async close(): Promise<void> {
    await this.#reader.close()
    await this.#writer.close()
    this.#instance.closeSync()
  }
}

/** A number or a time as DuckDB takes it; an open end becomes the end of all numbers. */
export function bound(value: number): bigint {
  if (value === Infinity) return 2n ** 62n
  return value === -Infinity ? -(2n ** 62n) : BigInt(value)
}

const INTERRUPT_EVERY_MS = 20

/** One connection and the work that waits for it, in order. */
class Lane {
  readonly #connection: DuckDBConnection
  readonly #onError: (error: unknown) => void
  #last: Promise<unknown> = Promise.resolve()
  #interrupting: NodeJS.Timeout | null = null

  constructor(connection: DuckDBConnection, onError: (error: unknown) => void) {
    this.#connection = connection
    this.#onError = onError
  }

  run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#interrupting !== null) throw new Error('the gateway is being stopped')
      return work(this.#connection)
    })
    this.#last = result.catch(this.#onError)
    return result
  }

  breakOff(): void {
    this.#connection.interrupt()
    // Between two statements of a piece of work there is nothing to interrupt: the next one has to be met.
    this.#interrupting ??= setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY_MS)
  }

  async close(): Promise<void> {
    await this.#last
    if (this.#interrupting !== null) clearInterval(this.#interrupting)
    this.#connection.closeSync()
  }
}

async function openAndLoad<T>(options: DatabaseOptions, why: string | null, load: (database: Database) => Promise<T>) {
  const isNew = !existsSync(options.path)
  // A log without its database belongs to one that was deleted.
  if (isNew) rmSync(`${options.path}.wal`, { force: true })
  // One thread: two cores are shared with the broker, and a second thread made commits wait, not faster.
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: options.memoryLimit,
    temp_directory: `${options.path}.tmp`,
  })
  try {
    await attach(instance, options.path)
    if (!isNew) await checkVersion(instance)
    const database = await Database.on(instance, options.path)
    if (isNew) await fill(database, options, why)
    return { database, loaded: await load(database) }
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

async function attach(instance: DuckDBInstance, path: string): Promise<void> {
  const connection = await instance.connect()
  try {
    await connection.run(`ATTACH ${quoted(path)} AS ${NAME} (ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`)
  } finally {
    connection.closeSync()
  }
}

/** Throws when the tables in the file are not those of this program. */
async function checkVersion(instance: DuckDBInstance): Promise<void> {
  const connection = await instance.connect()
  try {
    await connection.run(`USE ${NAME}`)
    const answer = await connection.runAndReadAll(`SELECT content FROM progress WHERE name = 'schema'`)
    const version = answer.getRows()[0]?.[0] ?? 'without a number'
    if (version !== SCHEMA_VERSION) throw new DatabaseUnusable(`its tables are those of another version (${version})`)
  } finally {
    connection.closeSync()
  }
}

async function fill(database: Database, { path, fill }: DatabaseOptions, why: string | null): Promise<void> {
  writeFileSync(fillingMark(path), '')
  // Filling takes minutes, and a stop in the meantime says nothing against the file.
  rmSync(openingMark(path), { force: true })
  await fill?.(database, why)
  await database.write(async (connection) => {
    await connection.run(`INSERT INTO progress VALUES ('schema', $1)`, [SCHEMA_VERSION])
    await connection.run('CHECKPOINT')
  })
  rmSync(fillingMark(path))
  writeFileSync(openingMark(path), '1')
}

/**
 * Words of DuckDB for a machine that cannot serve a file, another process that does, or a file of the lasting record: the
 * database itself is in good hands.
 */
const NOT_THE_FILE =
  /no space left|set lock|conflicting lock|out of memory|permission denied|too many open files|\.parquet/i
const NO_ROOM = /no space left|disk quota exceeded/i
const ROOM_RETRY_MS = 500
/** Each of DuckDB's own errors begins like `IO Error: `. */
const ANY_ERROR = /^[A-Z][A-Za-z ]* Error: /
/** Those that a query which is right can only get from a file that is wrong. */
const DAMAGE = /^(IO|INTERNAL|FATAL|Serialization) Error: |corrupt|checksum/i

function isError(kind: RegExp, error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error)
  return kind.test(text) && !NOT_THE_FILE.test(text)
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}

function openingMark(path: string): string {
  return `${path}.opening`
}

/** Stands beside a file that does not hold everything yet. */
function fillingMark(path: string): string {
  return `${path}.filling`
}

function removeUnfilled(path: string): void {
  for (const suffix of ['', '.wal', '.filling']) rmSync(path + suffix, { force: true })
}

function damageMark(path: string): string {
  return `${path}.damaged`
}

function moveAway(options: DatabaseOptions, why: string): string {
  const to = `${options.path}.broken-${options.nowMs}`
  for (const suffix of ['', '.wal']) {
    if (existsSync(options.path + suffix)) renameSync(options.path + suffix, to + suffix)
  }
  rmSync(damageMark(options.path), { force: true })
  return `the database could not be used (${why}); it was set aside as ${to} and is being rebuilt from the archive's files and the journal`
}
