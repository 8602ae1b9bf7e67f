import { join } from 'node:path'
import { type Credential, credentialsFile } from '../../access/credentials.js'
import type { ConfigProblem } from '../problems.js'
import { readList, repeated, writeList } from './list-file.js'

/**
 * `access/credentials.json` in the data directory: written by `greengauge device`, read with the configuration. It is no
 * part of what the journal keeps of that: what a message becomes does not depend on it, and digests stay out of there.
 */

export function credentialsPath(dataDir: string): string {
  return join(dataDir, 'access', 'credentials.json')
}

export type CredentialsRead =
  | { readonly credentials: readonly Credential[] }
  | { readonly problems: readonly ConfigProblem[] }

const REMEDY =
  'mend the file or bring it back from a backup, or put it aside and give out new tokens (greengauge device rotate)'

/** No file means no credentials. */
export function readCredentials(dataDir: string): CredentialsRead {
  const read = readList({ file: credentialsPath(dataDir), dataDir }, credentialsFile, REMEDY, (credentials) =>
    repeated(credentials, 'client', () => 'is there already: a client has one credential'),
  )
  return 'problems' in read ? read : { credentials: read.items }
}

/** Whole or not at all. */
export function writeCredentials(dataDir: string, credentials: readonly Credential[]): void {
  writeList({ file: credentialsPath(dataDir), dataDir }, credentials)
}
