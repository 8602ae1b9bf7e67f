import { statSync } from 'node:fs'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { attach, NAME } from './check.js'

/** File of a database, and how it is opened. */
export interface OpenFile {
  readonly path: string
  readonly memoryLimit: string
  /** Takes what is to be said of trouble with the file, in a sentence. */
  say?(text: string): void
  /** Pauses after which the file is opened anew and work is done again that the disk has refused, one a try, ms. */
  readonly againMs?: readonly number[]
  /** The file is opened anew behind so much; 2,000 pieces of work or 64 MiB when absent. */
  readonly renewedAfter?: RenewedAfter
}

/** Work after which a file is opened anew. */
export interface RenewedAfter {
  readonly works: number
  /** Growth of the file. */
  readonly bytes: number
}

/**
 * For a million rows DuckDB keeps more than a MiB until the file is closed, and for a statement that joins tables some 4 KiB
 * (docs/decisions/131-a-database-that-is-opened-anew.md): some 30 MiB have come together by then.
 */
const RENEWED_AFTER: RenewedAfter = { works: 2000, bytes: 64 * 2 ** 20 }

export async function instanceOn(file: OpenFile): Promise<DuckDBInstance> {
  // One thread: two cores are shared with the broker, and a second thread made commits wait, not faster.
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: file.memoryLimit,
    temp_directory: `${file.path}.tmp`,
  })
  try {
    await attach(instance, file.path)
  } catch (error) {
    instance.closeSync()
    throw error
  }
  return instance
}

/** The one that writes, and the one that reads. */
export async function connections(
  instance: DuckDBInstance,
  isOnFile: boolean,
): Promise<readonly [DuckDBConnection, DuckDBConnection]> {
  const two = [await instance.connect(), await instance.connect()] as const
  if (isOnFile) for (const connection of two) await connection.run(`USE ${NAME}`)
  return two
}

/** Work that has been done with a file since it was opened, and its growth. */
export class FileAge {
  readonly #file: OpenFile
  #works = 0
  #bytes: number

  constructor(file: OpenFile) {
    this.#file = file
    this.#bytes = fileBytes(file.path)
  }

  /**
   * A part of what it is opened anew after, 1 and more when it is due.
   *
   * @param works pieces of work that there have been, in all
   */
  at(works: number): number {
    const after = this.#file.renewedAfter ?? RENEWED_AFTER
    return Math.max((works - this.#works) / after.works, (fileBytes(this.#file.path) - this.#bytes) / after.bytes)
  }

  begin(works: number): void {
    this.#works = works
    this.#bytes = fileBytes(this.#file.path)
  }
}

/** Tells the size of a file, 0 for one that is not there. */
function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
