import { statSync } from 'node:fs'
import type { Archive } from '../archive/archive.js'
import { filesOfManifest } from '../archive/record/manifest.js'
import type { LastingRecord } from '../archive/record/record.js'
import type { DiskMeasures } from '../views/sources/measures.js'

export interface DiskDeps {
  readonly databasePath: string
  readonly record: Pick<LastingRecord, 'manifest'>
  readonly archive: Pick<Archive, 'series'>
  readonly journalBytesMax: number
}

/** Bytes on the disk: the files of the record as the manifest has them, and the database with its log. */
export function diskMeasures({ databasePath, record, archive, journalBytesMax }: DiskDeps): DiskMeasures {
  let archiveBytes = sizeOf(databasePath) + sizeOf(`${databasePath}.wal`)
  for (const { bytes } of filesOfManifest(record.manifest)) archiveBytes += bytes
  let oldestMs = Infinity
  for (const { oldestTs } of archive.series.all()) oldestMs = Math.min(oldestMs, oldestTs)
  return { journalBytesMax, archiveBytes, archiveOldestMs: oldestMs === Infinity ? null : oldestMs }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
