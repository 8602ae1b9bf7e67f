import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hashPassword, newPassword } from '../../access/password.js'
import { type Account, peopleFile } from '../../access/people.js'
import { systemClock } from '../../base/clock.js'
import type { ConfigProblem } from '../problems.js'
import { withLock } from './access-file.js'
import { readList, repeated, writeList } from './list-file.js'

/** `access/people.json` in the data directory: written by `greengauge user`, read with the configuration. */

export function peopleFileOf(dataDir: string): string {
  return join(dataDir, 'access', 'people.json')
}

export type People = { readonly people: readonly Account[] } | { readonly problems: readonly ConfigProblem[] }

const REMEDY = 'mend the file, or put it aside and add the people again (greengauge user add)'

/** No file is nobody. */
export function readPeople(dataDir: string): People {
  const read = readList({ file: peopleFileOf(dataDir), dataDir }, peopleFile, REMEDY, (people) =>
    repeated(people, 'name', (name) => `${name} appears twice`),
  )
  return 'problems' in read ? read : { people: read.items }
}

/** Reads, changes and writes the accounts, sorted by name. Throws what is wrong with the file as it is, and errors of the system. */
export function changePeople(
  dataDir: string,
  change: (people: readonly Account[]) => readonly Account[],
  patienceMs?: number,
): readonly Account[] {
  const file = peopleFileOf(dataDir)
  return withLock(
    file,
    () => {
      const read = readPeople(dataDir)
      if ('problems' in read) {
        const [{ where, path, problem, remedy }] = read.problems as readonly [ConfigProblem]
        throw new Error(`${where} ${path} ${problem}: ${remedy}`)
      }
      const changed = change(read.people).toSorted((a, b) => (a.name < b.name ? -1 : 1))
      writeList({ file, dataDir }, changed)
      return changed
    },
    dataDir,
    patienceMs,
  )
}

/** Keeps a password under another hash, if it is still the one: sessions go on, for it is the same password. */
export function keepHash(
  dataDir: string,
  { name, before, after }: { name: string; before: string; after: string },
): void {
  try {
    changePeople(dataDir, (people) =>
      people.map((one) => (one.name === name && one.password === before ? { ...one, password: after } : one)),
    )
  } catch {
    // Nothing is lost by that: it is tried again when the person signs in the next time.
  }
}

export const FIRST_ADMIN = 'admin'

/**
 * The accounts to start with: where there has never been one, `admin` with a password that is said once, and kept nowhere
 * in clear. A file that says nobody is left as it is.
 */
export async function withFirstAdmin(
  dataDir: string,
  people: readonly Account[],
  say: (line: string) => void,
): Promise<readonly Account[]> {
  if (existsSync(peopleFileOf(dataDir))) return people
  const password = newPassword()
  const now = new Date(systemClock.nowMs()).toISOString()
  const account: Account = {
    name: FIRST_ADMIN,
    role: 'admin',
    password: await hashPassword(password),
    disabled: false,
    since: now,
    sessions_from: now,
    tokens: [],
  }
  // Another start may have been faster.
  const made = changePeople(dataDir, (others) => (others.length > 0 ? others : [account]))
  if (made.includes(account)) {
    say(
      `The first account was made: name ${FIRST_ADMIN}, password ${password} (shown only once, and stored only as a hash; greengauge user password ${FIRST_ADMIN} changes it)`,
    )
  }
  return made
}
