import { accessSync, constants, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import type { ConfigProblem } from '../problems.js'
import { writeWhole } from './access-file.js'

/** Lists that commands keep in the data directory, as JSON, beside the configuration that they are read with. */

export type ListRead<T> = { readonly items: readonly T[] } | { readonly problems: readonly ConfigProblem[] }

/** Fault in a list, by the place as in `3.name`. */
export interface ListFault {
  readonly path: string
  readonly problem: string
}

/** A list of a data directory, and the directory whose owner has to read it. */
export interface ListPlace {
  readonly file: string
  readonly dataDir: string
}

/**
 * No file is an empty list. What the file holds stays out of every sentence: it may be secret.
 *
 * @param remedy what to do when it is not right
 * @param faultsIn what is wrong with a list although each entry is right
 */
export function readList<T>(
  { file, dataDir }: ListPlace,
  schema: z.ZodType<T[]>,
  remedy: string,
  faultsIn: (items: readonly T[]) => readonly ListFault[],
): ListRead<T> {
  const refused = (faults: readonly ListFault[]) => ({
    problems: faults.map(({ path, problem }) => ({ path, where: file, value: '', problem, remedy })),
  })
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // A part of the path may be a file: whoever makes the folder says so.
    if (code === 'ENOENT' || code === 'ENOTDIR') return { items: [] }
    if (code === 'EACCES' || code === 'EPERM') {
      const problem = `may not be read by this user (${code})`
      const forOwner = `run the command as the user that the gateway runs as; root gives that user what is another's with chown -R --reference=${dataDir} ${shutPlace(file)}`
      return { problems: [{ path: '', where: file, value: '', problem, remedy: forOwner, isPermission: true }] }
    }
    // The message of JSON.parse quotes the text.
    return refused([{ path: '', problem: `cannot be read: ${code === undefined ? 'it is no JSON' : message}` }])
  }
  const parsed = schema.safeParse(content)
  if (!parsed.success) {
    return refused(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), problem: message })))
  }
  const faults = faultsIn(parsed.data)
  return faults.length > 0 ? refused(faults) : { items: parsed.data }
}

/** The folder of a file where that may not be entered, else the file. */
function shutPlace(file: string): string {
  try {
    accessSync(dirname(file), constants.X_OK)
    return file
  } catch {
    return dirname(file)
  }
}

/** Whole or not at all, for the owner of the data directory alone: a gateway that runs reads it as soon as it changes. */
export function writeList({ file, dataDir }: ListPlace, items: readonly unknown[]): void {
  writeWhole(file, `${JSON.stringify(items, null, 2)}\n`, dataDir)
}

/** The first entry whose `key` another one has already. */
export function repeated<T, K extends keyof T & string>(
  items: readonly T[],
  key: K,
  problem: (value: T[K]) => string,
): ListFault[] {
  const values = items.map((item) => item[key])
  const twice = values.findIndex((value, i) => values.indexOf(value) !== i)
  return twice === -1 ? [] : [{ path: `${twice}.${key}`, problem: problem(values[twice]!) }]
}
