import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { beginTables } from './file/begin-tables.js'
import { faultOfFile } from './file/check.js'
import { ConnectionQueue } from './file/connection-queue.js'
import { isDamage, isInvalidated, isNoRoom, isOfFile, isRefused, shortText } from './file/errors.js'
import * as marks from './file/marks.js'
import { connections, FileAge, instanceOn, type OpenFile } from './file/open-file.js'
import { checkVersion, DatabaseUnusable } from './file/version.js'
import { RangesByDay } from './ranges-by-day.js'
import { SCHEMA_VERSION } from './schema.js'

export interface DatabaseOptions extends OpenFile {
  /** Names the file that is set aside; epoch ms. */
  readonly nowMs: number
  /**
   * Puts into a database that is begun anew what the lasting record has; `why` says why there is none to go on with,
   * null when there was no file. A file that was being filled when the process ended is begun once more.
   */
  fill?(database: Database, why: string | null): Promise<void>
  /** Says what is wrong with the file, '' when nothing is, and all of it can be read; `why` says why it is looked at. */
  check?(path: string, why: string): Promise<string>
}

const AGAIN_MS = [200, 1000, 3000, 6000, 10_000]
/** The same at the start. */
const START_AGAIN_MS = [500, 2000]
const ROOM_RETRY_MS = 500

/**
 * The DuckDB file of one gateway: a cache of what the journal says, with one owner thread. Two connections, one that
 * writes and one that reads; each runs one statement at a time, so that at most two calls are in DuckDB at once and a
 * long query never stands before a commit.
 *
 * A disk that refuses a read, a write or a sync says nothing against what the file holds, and after a failed sync DuckDB
 * answers nothing more: the file is opened anew and the work done again, a few times. Each transaction carries a number, so
 * that one whose end was refused is known to be in the file, or not.
 */
export class Database {
  /** Says of each day of event time in which part of the journal its readings are. */
  readonly arrivals = new RangesByDay('reading r', 'r.ts', 'r.position')
  #instance: DuckDBInstance
  readonly #file: OpenFile | null
  readonly #writer: ConnectionQueue
  readonly #reader: ConnectionQueue

  #damage = ''
  #shortage = ''
  #refusal = ''
  #isBrokenOff = false
  /** Tells the transactions of this process from others. */
  readonly #run = randomUUID()
  #transactions = 0
  /** Number of times that the file was opened anew. */
  #reopened = 0
  readonly #age: FileAge | null

  private constructor(
    instance: DuckDBInstance,
    file: OpenFile | null,
    writer: DuckDBConnection,
    reader: DuckDBConnection,
  ) {
    this.#instance = instance
    this.#file = file
    this.#writer = new ConnectionQueue(writer)
    this.#reader = new ConnectionQueue(reader)
    this.#age = file === null ? null : new FileAge(file)
  }

  /**
   * Opens the file and lets `load` read from it what its owner needs. One that does not open, has other tables, or is
   * damaged where `load` reads, is set aside (never deleted) and a new one is begun and filled: `setAside` then says so in
   * a sentence. One that gave trouble in the last run, or during whose opening the last processes ended (DuckDB can end a
   * process), is looked at before, and used when all of it can be read.
   */
  static async open<T>(
    options: DatabaseOptions,
    load: (database: Database) => Promise<T>,
  ): Promise<{ database: Database; loaded: T; setAside: string | null }> {
    const { path, nowMs } = options
    mkdirSync(dirname(path), { recursive: true })
    let setAside: string | null = null
    const suspicion = marks.suspicionOf(path)
    if (suspicion !== null) {
      const fault = await faultFound(options, suspicion)
      if (fault !== '') setAside = marks.moveAway(path, nowMs, `${suspicion}; ${fault}`)
      else options.say?.(`the database was looked at (${suspicion}): it opens, all of it can be read, and it is used`)
      marks.clearSuspicion(path)
    }
    marks.removeUnfilled(path)
    marks.noteOpening(path, suspicion !== null)
    let opened: { database: Database; loaded: T }
    try {
      opened = await openPatiently(options, setAside, load)
    } catch (error) {
      if (!(error instanceof DatabaseUnusable) && !isOfFile(error)) {
        marks.noteOpened(path)
        throw error
      }
      setAside = marks.moveAway(path, nowMs, shortText(error))
      opened = await openAndLoad(options, setAside, load)
    }
    marks.noteOpened(path)
    return { ...opened, setAside }
  }

  /** Takes the two connections of an open file (null in memory) and makes sure that the tables are there. */
  static async on(instance: DuckDBInstance, file: OpenFile | null = null): Promise<Database> {
    const database = new Database(instance, file, ...(await connections(instance, file !== null)))
    await database.write((connection) => beginTables(connection, file !== null))
    return database
  }

  /**
   * Runs `work` alone on the writing connection, in one transaction: all of it or nothing. While the disk has no room, `work` is
   * begun again, until it has or the database is broken off; when the disk refuses, a few times: so it must come to the same
   * when it runs twice.
   */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#writer.run(async () => {
      for (let refused = 0; ; ) {
        const id = `${this.#run}-${++this.#transactions}`
        let done: { readonly result: T } | null = null
        try {
          const { connection } = this.#writer
          await connection.run('BEGIN')
          const result = await work(connection)
          if (this.#file !== null) await connection.run('UPDATE last_transaction SET id = $1', [id])
          done = { result }
          await connection.run('COMMIT')
          this.#shortage = ''
          return result
        } catch (error) {
          await this.#writer.connection.run('ROLLBACK').catch(() => undefined)
          await this.#afterRefusal(error, isNoRoom(error) ? 0 : refused++)
          if (done !== null && (await this.#isCommitted(id))) return done.result
        }
      }
    })
  }

  /** Runs `work` alone on the writing connection. It must come to the same when it runs twice, as in `transaction`. */
  write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#writer.run(async () => {
      for (let refused = 0; ; refused++) {
        try {
          return await work(this.#writer.connection)
        } catch (error) {
          // A caller that has no room for a file of its own is told so.
          if (isNoRoom(error) && !isInvalidated(error)) throw error
          await this.#afterRefusal(error, refused)
        }
      }
    })
  }

  /** The columns of a query's answer, on the reading connection. */
  columns(sql: string, parameters: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return this.#read(async (connection) => (await connection.runAndReadAll(sql, parameters)).getColumns())
  }

  /** The same as chunks, for who reads so much that arrays of it would cost. */
  chunks(sql: string, parameters: DuckDBValue[] = []): Promise<readonly DuckDBDataChunk[]> {
    return this.#read(async (connection) => (await connection.run(sql, parameters)).fetchAllChunks())
  }

  /**
   * Opens the file anew when much has been done with it since it was opened: DuckDB keeps memory for all of that which nothing else
   * gives back. Work that comes meanwhile, a fifth of a second, waits. A query that is under way is begun again, when it is not
   * done until twice as much has come together.
   */
  async renew(): Promise<void> {
    const file = this.#file
    if (file === null || this.#renewal < 1) return
    await this.#writer.run(async () => {
      if (this.#isBrokenOff || (!this.#reader.isIdle && this.#renewal < 2)) return
      await this.#reader.pause()
      try {
        await this.#openAnew(file)
      } catch (error) {
        await this.#reopen(file, error, 0)
      }
    })
  }

  /**
   * Runs `work` on the writing connection while nothing is with the reading one: for a setting that a statement under way would feel.
   *
   * @returns false when something was, and nothing was done
   */
  betweenReads(work: (connection: DuckDBConnection) => Promise<void>): Promise<boolean> {
    return this.#writer.run(async (connection) => {
      if (this.#isBrokenOff || !this.#reader.isIdle) return false
      await this.#reader.pause()
      try {
        await work(connection)
      } finally {
        this.#reader.resume(null)
      }
      return true
    })
  }

  /** Damage that was found in the file since it was opened, '' when none was; the next start looks at it. */
  get damage(): string {
    return this.#damage
  }

  /** Trouble with it now, with the remedy; '' when there is none. */
  get trouble(): string {
    if (this.#damage !== '') {
      return `it gives errors; restart the gateway, which looks at all of it and rebuilds it if it is damaged: ${this.#damage}`
    }
    if (this.#refusal !== '') return this.#refusal
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

  get #againMs(): readonly number[] {
    return this.#file?.againMs ?? AGAIN_MS
  }

  #read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const tried = async (refused: number): Promise<T> => {
      const reopened = this.#reopened
      try {
        return await this.#reader.run(work)
      } catch (error) {
        // Whoever asks while the disk has no room for what DuckDB puts down meanwhile, is told so.
        if (!isRefused(error) && !isInvalidated(error)) throw this.#noted(error)
        await this.#writer.run(async () => {
          // Somebody before it may have opened the file anew.
          if (this.#reopened === reopened) await this.#afterRefusal(error, refused)
        })
        return tried(refused + 1)
      }
    }
    return tried(0)
  }

  /** Opens the file anew when it was the disk that refused, and throws what was no refusal, or came too often. */
  async #afterRefusal(error: unknown, refused: number): Promise<void> {
    const pauseMs = isNoRoom(error) ? ROOM_RETRY_MS : this.#againMs[refused]
    if (this.#file === null ? !isNoRoom(error) : !isNoRoom(error) && !isRefused(error)) throw this.#noted(error)
    if (this.#isBrokenOff || pauseMs === undefined) throw this.#noted(error)
    if (isNoRoom(error)) this.#shortage = shortText(error)
    await setTimeout(pauseMs)
    const isAlive = isNoRoom(error) && !isInvalidated(error)
    if (this.#file !== null && !isAlive) await this.#reopen(this.#file, error, refused)
  }

  /** Notes what speaks against the file. */
  #noted(error: unknown): unknown {
    const isAgainst = isDamage(error) || isRefused(error)
    if (this.#file !== null && !this.#isBrokenOff && this.#damage === '' && isAgainst) {
      this.#damage = shortText(error)
      marks.suspect(this.#file.path, this.#damage)
    }
    return error
  }

  /** Only with the writing connection at hand. */
  async #reopen(file: OpenFile, error: unknown, refused: number): Promise<void> {
    const why = shortText(error)
    // A full disk is tried twice a second until there is room: that is said once.
    const isFull = isNoRoom(error)
    const say = isFull && refused > 0 ? undefined : file.say
    await this.#reader.pause()
    for (let turn = refused; ; turn++) {
      const tries = isFull ? 'until there is room' : `try ${turn + 1} of ${this.#againMs.length}`
      this.#refusal = `the disk refused what the database asked of it, what comes waits in the journal, and the file is opened anew (${tries}): ${why}`
      say?.(`database: ${this.#refusal}`)
      try {
        await this.#openAnew(file)
        this.#refusal = ''
        say?.('database: the file was opened anew, and what was under way is done again')
        return
      } catch (failure) {
        const pauseMs = isNoRoom(failure) ? ROOM_RETRY_MS : this.#againMs[turn + 1]
        if (this.#isBrokenOff || pauseMs === undefined) {
          this.#reader.resume(null, failure)
          throw this.#noted(failure)
        }
        await setTimeout(pauseMs)
      }
    }
  }

  /** Only with the writing connection at hand and the reading one at rest, which goes on then. */
  async #openAnew(file: OpenFile): Promise<void> {
    for (const queue of [this.#reader, this.#writer]) queue.connection.closeSync()
    this.#instance.closeSync()
    this.#instance = await instanceOn(file)
    const [writer, reader] = await connections(this.#instance, true)
    this.#writer.use(writer)
    await beginTables(writer, true)
    this.#reopened++
    this.#age?.begin(this.#writer.works + this.#reader.works)
    this.#reader.resume(reader)
  }

  /** Tells how far the file is from being opened anew, 1 when it is due (see FileAge); a database in memory never is. */
  get #renewal(): number {
    return this.#age?.at(this.#writer.works + this.#reader.works) ?? 0
  }

  /** True when a transaction is in the file: none is begun before it is known of the one before. */
  async #isCommitted(id: string): Promise<boolean> {
    if (this.#file === null) return false
    const found = await this.#writer.connection.runAndReadAll('SELECT id FROM last_transaction')
    return found.getRows()[0]?.[0] === id
  }
}

/** A number or a time as DuckDB takes it; an open end becomes the end of all numbers. */
export function bound(value: number): bigint {
  if (value === Infinity) return 2n ** 62n
  return value === -Infinity ? -(2n ** 62n) : BigInt(value)
}

/** Fault of a file that is suspect, '' when it has none; a disk that refuses is asked again. */
async function faultFound({ path, check = faultOfFile }: DatabaseOptions, suspicion: string): Promise<string> {
  for (const pauseMs of START_AGAIN_MS) {
    const fault = await check(path, suspicion)
    if (!isRefused(fault)) return fault
    await setTimeout(pauseMs)
  }
  return check(path, suspicion)
}

/** Opens a file again when the disk has refused: a moment later it may not. */
async function openPatiently<T>(options: DatabaseOptions, why: string | null, load: (d: Database) => Promise<T>) {
  for (const pauseMs of START_AGAIN_MS) {
    try {
      return await openAndLoad(options, why, load)
    } catch (error) {
      if (!isRefused(error)) throw error
      options.say?.(`database: it could not be opened and is tried again: ${shortText(error)}`)
      await setTimeout(pauseMs)
    }
  }
  return openAndLoad(options, why, load)
}

async function openAndLoad<T>(options: DatabaseOptions, why: string | null, load: (database: Database) => Promise<T>) {
  const isNew = !existsSync(options.path)
  if (isNew) marks.removeOldLog(options.path)
  const instance = await instanceOn(options)
  let database: Database | null = null
  try {
    if (!isNew) await checkVersion(instance)
    database = await Database.on(instance, options)
    if (isNew) await fill(database, options, why)
    return { database, loaded: await load(database) }
  } catch (error) {
    if (database === null) instance.closeSync()
    else await database.close()
    throw error
  }
}

async function fill(database: Database, { path, fill }: DatabaseOptions, why: string | null): Promise<void> {
  marks.noteFilling(path)
  // Filling takes minutes, and a stop in the meantime says nothing against the file.
  marks.noteOpened(path)
  await fill?.(database, why)
  await database.write(async (connection) => {
    await connection.run(`INSERT INTO progress VALUES ('schema', $1)`, [SCHEMA_VERSION])
    await connection.run('CHECKPOINT')
  })
  marks.noteFilled(path)
  marks.noteOpening(path, true)
}
