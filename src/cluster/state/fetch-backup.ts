import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { JetStreamApiCodes, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { describeAsBackup } from '../../audit/backup/describe.js'
import { BackupFault, type BackupManifest, DATA } from '../../audit/backup/manifest.js'
import { nodeDisk } from '../../journal/disk.js'
import { segmentsIn } from '../../journal/segment.js'
import { catchUp } from '../../journal/stream/catch-up.js'
import { JournalStream } from '../../journal/stream/journal-stream.js'
import { copyState } from './fetch.js'
import { openStateStore, type StateRequest } from './open.js'

/** A checkpoint in between lets the journal go of what belongs to the files before it: then both are fetched once more. */
const TRIES = 5

export interface FetchRequest extends StateRequest {
  /** A folder that is not there yet, or empty. */
  readonly dir: string
  readonly program: BackupManifest['program']
}

/**
 * Brings what is on record of a partition out of a cluster that goes on working, files and journal, as a backup: it can be
 * verified, and restored as a data directory. Throws a `BackupFault` when the folder cannot be taken or nothing is on record, and
 * a `StateFault` when a block is wrong.
 */
export async function fetchBackup(wish: FetchRequest): Promise<BackupManifest> {
  const { dir, partition, program, clock } = wish
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new BackupFault(`${dir} is not empty: name a folder of its own`, 'call')
  }
  const state = await openStateStore(wish)
  const dataDir = join(dir, DATA)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  for (let tries = 1; ; tries++) {
    const fetched = await copyState({ ...state, dataDir })
    if (fetched?.at == null) {
      throw new BackupFault(`nothing is on record of partition ${partition} yet: wait for its first checkpoint`, 'call')
    }
    await fetchJournal(wish, join(dataDir, 'journal'))
    const [oldest] = segmentsIn(nodeDisk, join(dataDir, 'journal'))
    if (oldest === undefined || oldest <= fetched.segment) {
      return describeAsBackup({ dir, at: fetched.at, program, clock })
    }
    if (tries === TRIES) {
      throw new Error(`the journal of partition ${partition} begins with segment ${oldest}, behind ${fetched.segment}`)
    }
  }
}

async function fetchJournal({ connection, partition }: FetchRequest, dir: string): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const stream = new JournalStream({ connection, client: jetstream(connection), manager, partition })
  try {
    await catchUp(stream, nodeDisk, dir, await stream.lastSequence())
  } catch (error) {
    // Nobody has written to it yet.
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error
  }
}
