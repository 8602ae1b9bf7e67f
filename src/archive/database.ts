import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { SCHEMA } from './schema.js'

export interface DatabaseOptions {
  readonly path: string
  readonly memoryLimit: string
  /** Names the file that is set aside; epoch ms. */
  readonly nowMs: number
}

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

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection, reader: DuckDBConnection) {
    this.#instance = instance
    this.#writer = new Lane(writer)
    this.#reader = new Lane(reader)
  }

  /**
   * Opens the file. One that does not open is set aside (never deleted) and a new one is begun: `setAside` then says so
   * in a sentence, and whoever fills the database starts from the journal's beginning.
   * A file can also end the whole process while it is opened (a native assertion): a mark beside it counts the openings
   * that never came back.
   */
  static async open(options: DatabaseOptions): Promise<{ database: Database; setAside: string | null }> {
    mkdirSync(dirname(options.path), { recursive: true })
    const mark = `${options.path}.opening`
    const openings = existsSync(mark) ? Number(readFileSync(mark, 'utf8')) || 0 : 0
    let setAside: string | null = null
    if (openings >= OPENINGS_MAX) {
      setAside = moveAway(options, `the last ${openings} starts ended while it was opened`)
    }
    writeFileSync(mark, String(setAside === null ? openings + 1 : 1))
    let database: Database
    try {
      database = await connect(options)
    } catch (error) {
      setAside = moveAway(options, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
      database = await connect(options)
    }
    rmSync(mark, { force: true })
    return { database, setAside }
  }

  /** Takes the two connections of an open file and makes sure that the tables are there. */
  static async on(instance: DuckDBInstance): Promise<Database> {
    const database = new Database(instance, await instance.connect(), await instance.connect())
    await database.write(async (connection) => {
      await connection.run(SCHEMA)
    })
    return database
  }

  /** Runs `work` alone on the writing connection, in one transaction: all of it or nothing. */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.write(async (connection) => {
      await connection.run('BEGIN')
      try {
        const result = await work(connection)
        await connection.run('COMMIT')
        return result
      } catch (error) {
        await connection.run('ROLLBACK').catch(() => undefined)
        throw error
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

  async close(): Promise<void> {
    await this.#reader.close()
    await this.#writer.close()
    this.#instance.closeSync()
  }
}

/** One connection and the work that waits for it, in order. */
class Lane {
  readonly #connection: DuckDBConnection
  #last: Promise<unknown> = Promise.resolve()

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => work(this.#connection))
    this.#last = result.catch(() => undefined)
    return result
  }

  async close(): Promise<void> {
    await this.#last
    this.#connection.closeSync()
  }
}

async function connect(options: DatabaseOptions): Promise<Database> {
  // One thread: two cores are shared with the broker, and a second thread made commits wait, not faster.
  const instance = await DuckDBInstance.create(options.path, { threads: '1', memory_limit: options.memoryLimit })
  try {
    return await Database.on(instance)
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

function moveAway(options: DatabaseOptions, why: string): string {
  const to = `${options.path}.broken-${options.nowMs}`
  for (const suffix of ['', '.wal']) {
    if (existsSync(options.path + suffix)) renameSync(options.path + suffix, to + suffix)
  }
  return `the database did not open (${why}); it was set aside as ${to} and is being rebuilt from the journal`
}
