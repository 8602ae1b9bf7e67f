import { hash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../../program/durable-file.js'
import { type LedgerEntry, TIME_STAMPS } from './entry.js'
import { type Ledger, readEntries } from './ledger.js'
import { readTimeStamp, TimeStampError } from './time-stamp.js'

/** A response is some kilobytes, with a chain of certificates in it. */
export const TIME_STAMP_BYTES_MAX = 256 * 1024

/**
 * Takes an RFC 3161 response over the hash of an entry into the ledger: the file is kept under `time-stamps/`, and an entry says
 * so. Resolves with that entry; the one it was before when the file is there already. Throws a `TimeStampError` when the file
 * is no response, or over nothing that this ledger has.
 */
export async function takeTimeStamp(ledger: Ledger, file: Uint8Array): Promise<LedgerEntry> {
  if (file.length > TIME_STAMP_BYTES_MAX) throw new TimeStampError(`it is larger than ${TIME_STAMP_BYTES_MAX} bytes`)
  const { algorithm, digest, time } = readTimeStamp(file)
  if (algorithm !== 'sha256')
    throw new TimeStampError(`its digest is one of ${algorithm}; a hash of the ledger is one of sha256`)
  const sha256 = hash('sha256', file, 'hex')
  let stamped: LedgerEntry | null = null
  for await (const entry of readEntries(ledger.dir)) {
    if (entry.hash === digest) stamped = entry
    if (entry.body.kind === 'time_stamp' && entry.body.sha256 === sha256) return entry
  }
  if (stamped === null) throw new TimeStampError(`it is over ${digest}, which is the hash of no entry of this ledger`)
  const name = nameOfStamp(stamped.number, file)
  const dir = join(ledger.dir, TIME_STAMPS)
  mkdirSync(dir, { recursive: true })
  await writeDurably(dir, name, file)
  const [entry] = await ledger.append([{ kind: 'time_stamp', entry: stamped.number, file: name, sha256, time }])
  return entry!
}

/** Name below `time-stamps/` of the file of a response over the hash of an entry. */
export function nameOfStamp(entry: number, file: Uint8Array): string {
  return `${entry}-${hash('sha256', file, 'hex').slice(0, 8)}.tsr`
}
