import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Credential, credentialsFile } from './access/credentials.js'
import { writeWhole } from './access-file.js'
import type { ConfigProblem } from './config/problems.js'

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

/** No file means no credentials. */
export function readCredentials(dataDir: string): CredentialsRead {
  const file = credentialsPath(dataDir)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { credentials: [] }
    // What JSON.parse says quotes the text.
    return { problems: [wrong(file, '', code === undefined ? 'is no JSON' : `cannot be read: ${message}`)] }
  }
  const parsed = credentialsFile.safeParse(content)
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => wrong(file, path.join('.'), message)) }
  }
  const clients = parsed.data.map(({ client }) => client)
  const twice = clients.findIndex((client, i) => clients.indexOf(client) !== i)
  if (twice >= 0) return { problems: [wrong(file, `${twice}.client`, 'is there already: a client has one credential')] }
  return { credentials: parsed.data }
}

function wrong(where: string, path: string, problem: string): ConfigProblem {
  return {
    path,
    where,
    value: '',
    problem,
    remedy:
      'mend the file or bring it back from a backup, or put it aside and give out new tokens (greengauge device rotate)',
  }
}

/** Whole or not at all, for the owner of the data directory alone. */
export function writeCredentials(dataDir: string, credentials: readonly Credential[]): void {
  writeWhole(credentialsPath(dataDir), `${JSON.stringify(credentials, null, 2)}\n`)
}
