import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ConfigProblem, type LoadedConfig, loadConfig } from '../../src/config/config.js'
import type { ComputedFigure } from '../../src/config/figure-doubts.js'
import type { FactorLibrary } from '../../src/kpi/factors/table.js'

/** A file of its own for one test, removed when the test has ended. */
export function tempFile(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'greengauge-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

export interface Given {
  readonly yaml?: string
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: Readonly<Record<string, string>>
  readonly kpis?: readonly ComputedFigure[]
  readonly library?: FactorLibrary
}

function load({ yaml, env = {}, flags = {}, kpis, library }: Given) {
  const file = yaml === undefined ? undefined : tempFile('greengauge.yaml', yaml)
  return loadConfig({
    file,
    env,
    flags,
    ...(kpis === undefined ? {} : { kpis }),
    ...(library === undefined ? {} : { library: () => library }),
  })
}

/** The settings, for a test that expects them to be right. */
export function accepted(given: Given): LoadedConfig {
  const loaded = load(given)
  if ('problems' in loaded) throw new Error(`not accepted: ${JSON.stringify(loaded.problems, null, 1)}`)
  return loaded
}

/** Problems of the configuration, for a test that expects a refusal. */
export function refused(given: Given): readonly ConfigProblem[] {
  const loaded = load(given)
  if (!('problems' in loaded)) throw new Error('accepted although a refusal was expected')
  return loaded.problems
}
