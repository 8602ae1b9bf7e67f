import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest } from '../archive/record/manifest.js'
import { NewerFormat, UnfitData } from '../base/unfit-data.js'
import { nodeDisk } from '../journal/disk.js'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentPath, segmentsIn } from '../journal/segment.js'
import { writeDurably } from '../program/durable-file.js'

/**
 * `format.json` in the data directory: `{"format":1,"program":"0.1.0"}`. It stands for all files that do not say their format
 * themselves: the lines of ledger and audit log, registry, accounts, and the memories of channels, brokers and
 * authorities. Whoever changes one of those so that an older program would misread it raises `DATA_FORMAT`. Without the file it is 1.
 */
const FILE = 'format.json'

/** A restore that has not come to its end has left this in the data directory. */
export const RESTORING = 'restoring.unfinished'

/** Format that this program writes and reads. Older ones it brings up to it as it reads them. */
export const DATA_FORMAT = 1

/** Says of a data directory what its files are written as, once; `program` is the version that began it. */
export async function markFormat(dataDir: string, program: string): Promise<void> {
  nodeDisk.makeDirectory(dataDir)
  if (existsSync(join(dataDir, FILE))) return
  await writeDurably(dataDir, FILE, `${JSON.stringify({ format: DATA_FORMAT, program })}\n`)
}

/** Throws `UnfitData` when a restore was interrupted: then a part of the files may be missing. */
export function refuseHalfRestored(dataDir: string): void {
  if (!existsSync(join(dataDir, RESTORING))) return
  throw new UnfitData(`a restore into ${dataDir} was interrupted: run "greengauge restore" with the same backup again`)
}

/**
 * Throws `NewerFormat`, which names the file with the format it has and the one that is known, when a newer program has
 * written anything in a data directory. Nothing is written. What is damaged is for those to find who read it.
 */
export function refuseNewerFormats(dataDir: string): void {
  refuseNewer(join(dataDir, FILE), DATA_FORMAT)
  for (const name of ['journal', 'quarantine']) refuseNewerSegments(join(dataDir, name))
  const archive = join(dataDir, 'archive')
  try {
    readManifest(archive)
  } catch (error) {
    if (error instanceof NewerFormat) throw error
  }
}

function refuseNewer(path: string, known: number): void {
  let format: unknown
  try {
    format = (JSON.parse(readFileSync(path, 'utf8')) as { format?: unknown } | null)?.format
  } catch {
    return
  }
  if (typeof format === 'number' && format > known) throw new NewerFormat(path, format, known)
}

function refuseNewerSegments(dir: string): void {
  for (const segment of segmentsIn(nodeDisk, dir)) {
    const path = segmentPath(dir, segment)
    const fd = nodeDisk.open(path, 'read')
    try {
      const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
      decodeSegmentHeader(bytes.subarray(0, nodeDisk.read(fd, bytes, 0)), segment, path)
    } finally {
      nodeDisk.close(fd)
    }
  }
}
