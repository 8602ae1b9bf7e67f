import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RegisteredDevice, registryOptions } from './access/registry.js'
import { writeWhole } from './access-file.js'
import type { ConfigProblem } from './config/problems.js'
import { filterProblem } from './intake/topic-filter.js'

/** `devices.json` in the data directory: written by `greengauge device`, read with the configuration. */

export function registryFile(dataDir: string): string {
  return join(dataDir, 'devices.json')
}

export type Registry =
  | { readonly devices: readonly RegisteredDevice[] }
  | { readonly problems: readonly ConfigProblem[] }

/** No file is an empty registry. */
export function readRegistry(dataDir: string): Registry {
  const file = registryFile(dataDir)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { devices: [] }
    return { problems: [wrong(file, '', `cannot be read: ${(error as Error).message}`)] }
  }
  const parsed = registryOptions.safeParse(content)
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => wrong(file, path.join('.'), message)) }
  }
  const problems = parsed.data.flatMap(({ topics }, i) =>
    topics.flatMap((topic) => {
      const problem = filterProblem(topic)
      return problem === null ? [] : [wrong(file, `${i}.topics`, problem)]
    }),
  )
  return problems.length > 0 ? { problems } : { devices: parsed.data }
}

function wrong(where: string, path: string, problem: string): ConfigProblem {
  return {
    path,
    where,
    value: '',
    problem,
    remedy: 'mend the file, or put it aside and register the devices again (greengauge device add)',
  }
}

/** Whole or not at all: a gateway that runs reads it as soon as it changes. */
export function writeRegistry(dataDir: string, devices: readonly RegisteredDevice[]): void {
  writeWhole(registryFile(dataDir), `${JSON.stringify(devices, null, 2)}\n`)
}
