import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Credential, credentialsFile } from '../../access/credentials.js'
import { type Account, peopleFile } from '../../access/people.js'
import { type RegisteredDevice, registryOptions } from '../../access/registry.js'
import type { HealthCheck } from '../../base/wire.js'
import { type ConfigProblem, formatProblem } from '../problems.js'
import { writeWhole } from './access-file.js'
import { readCredentials } from './credentials-file.js'
import { readPeople } from './people-file.js'
import { readRegistry } from './registry-file.js'

/** The three lists that commands keep in the data directory, as they are read with the configuration. */
export interface Lists {
  readonly registry: readonly RegisteredDevice[]
  readonly people: readonly Account[]
  readonly credentials: readonly Credential[]
}

export type ListsRead =
  | (Lists & {
      /** These lists could not be read, and others stand in for them. */
      readonly unread: readonly ConfigProblem[]
    })
  | { readonly problems: readonly ConfigProblem[] }

const KEPT = 'last-lists.json'
const keptLists = z.strictObject({ registry: registryOptions, people: peopleFile, credentials: credentialsFile })

/**
 * Reads the lists. One that cannot be read is a problem, unless others are given that stand in: those in force, or `'kept'` for
 * those that the gateway has kept when it last took them over. Without such a copy it is a problem all the same.
 */
export function readLists(dataDir: string, last?: Lists | 'kept'): ListsRead {
  const [registry, people, credentials] = [readRegistry(dataDir), readPeople(dataDir), readCredentials(dataDir)]
  const problems = [registry, people, credentials].flatMap((read) => ('problems' in read ? read.problems : []))
  const other = problems.length === 0 ? null : last === 'kept' ? keptIn(dataDir) : (last ?? null)
  if (problems.length > 0 && other === null) return { problems }
  return {
    registry: 'problems' in registry ? other!.registry : registry.devices,
    people: 'problems' in people ? other!.people : people.people,
    credentials: 'problems' in credentials ? other!.credentials : credentials.credentials,
    unread: problems,
  }
}

/** Keeps the lists for a start that cannot read them. A disk that refuses is told, and no reason to stop. */
export function keepLists(
  dataDir: string,
  { registry, people, credentials }: Lists,
  say: (line: string) => void,
): void {
  const text = `${JSON.stringify({ registry, people, credentials })}\n`
  const file = join(dataDir, KEPT)
  if (contentOf(file) === text) return
  try {
    writeWhole(file, text, dataDir)
  } catch (error) {
    say(
      `warning: ${file} cannot be written, a start that cannot read a list will be refused: ${(error as Error).message}`,
    )
  }
}

/** The lists that cannot be read, and the remedy; '' for none. */
export function unreadReason(unread: readonly ConfigProblem[]): string {
  return unread
    .map((problem) => `${formatProblem(problem)}; until then the gateway goes on with the one it has`)
    .join('. ')
}

export function listsHealth(reason: string): HealthCheck {
  return { name: 'lists', ok: reason === '', reason }
}

function keptIn(dataDir: string): Lists | null {
  try {
    return keptLists.parse(JSON.parse(readFileSync(join(dataDir, KEPT), 'utf8')))
  } catch {
    // Then it is as in a data directory without one: the problem of the list itself is told.
    return null
  }
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
