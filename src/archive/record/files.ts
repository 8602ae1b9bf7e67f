import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { nodeDisk } from '../../journal/disk.js'
import { finishDurably, UNFINISHED } from '../../program/durable-file.js'
import { quoted } from './kinds.js'

/** One immutable Parquet file of the record. */
export interface RecordFile {
  /** Below the record's folder. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly rows: number
}

/**
 * Writes what a query gives as a Parquet file, durably; null when it gives nothing, then there is no file. The name
 * must be new: a file of the record never changes.
 */
export async function writeParquet(
  connection: DuckDBConnection,
  dir: string,
  name: string,
  query: string,
): Promise<RecordFile | null> {
  const path = join(dir, name)
  nodeDisk.makeDirectory(dirname(path))
  const copied = await connection.runAndReadAll(
    `COPY (${query}) TO ${quoted(path + UNFINISHED)} (FORMAT parquet, COMPRESSION zstd)`,
  )
  const rows = Number(copied.getRows()[0]?.[0] ?? 0)
  if (rows === 0) {
    await rm(path + UNFINISHED)
    return null
  }
  const { bytes, sha256 } = await measure(path + UNFINISHED)
  await finishDurably(path)
  return { name, bytes, sha256, rows }
}

/** Files of a record as a query reads them; `more` are further options. */
export function readingParquet(dir: string, files: readonly RecordFile[], more = ''): string {
  const names = files.map((file) => quoted(join(dir, file.name))).join(', ')
  return `read_parquet([${names}], union_by_name = true, hive_partitioning = false${more})`
}

/** Says what is wrong with a file of the record, '' when nothing is. Reads all of it. */
export async function recordFileFault(dir: string, file: RecordFile): Promise<string> {
  const bytes = await fileSizeOf(join(dir, file.name))
  if (bytes === null) return 'is missing'
  if (bytes !== file.bytes) return `has ${bytes} instead of ${file.bytes} bytes`
  const sha256 = await measure(join(dir, file.name)).then(
    (measured) => measured.sha256,
    (error: NodeJS.ErrnoException) => {
      // Somebody else may delete it at this moment.
      if (error.code === 'ENOENT') return null
      throw error
    },
  )
  if (sha256 === null) return 'is missing'
  return sha256 === file.sha256 ? '' : 'is damaged: its checksum is wrong'
}

/** null when there is no such file. Rejects when the disk does not tell. */
export async function fileSizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
      throw error
    },
  )
}

/** The system has refused something: of what a file holds it says nothing. */
export function isOfDisk(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

/** Size and SHA-256 of a file, read in pieces. */
export async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}
