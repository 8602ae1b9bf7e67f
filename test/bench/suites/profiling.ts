import { readProfiles, topFunctions } from '../measure/profile.js'
import { tableText } from '../measure/results.js'
import { newestRun } from '../sides/profiled.js'
import { say } from './options.js'

const FUNCTIONS_SHOWN = 25
/** Less than this is left out of the table of stages. */
const MICROSECONDS_SHOWN = 0.005

/** Work that was done while the profile was taken: all that it is divided by. */
export interface Profiled {
  readonly samples: number
  /** Processor time of the whole process, those threads included that run no JavaScript. */
  readonly cpuSeconds: number
}

/** Says what the threads of the gateway that ended last were doing; nothing when no profile was asked for. */
export function sayProfile(dir: string | undefined, profiled?: Profiled): void {
  if (dir === undefined) return
  const threads = readProfiles(newestRun(dir))
  for (const thread of threads.filter(({ cpuSeconds }) => cpuSeconds > 0)) {
    say(`\n${thread.name}: ${thread.cpuSeconds.toFixed(2)} s of processor time`)
    for (const by of ['self', 'inclusive'] as const) {
      say(`by ${by} time:\n${topFunctions(thread, by, FUNCTIONS_SHOWN).join('\n')}`)
    }
  }
  if (profiled !== undefined) say(`\n${tableText(stagesTable(dir, profiled))}`)
}

/** Processor time a sample by thread and stage, us. */
export function stagesTable(dir: string, { samples, cpuSeconds }: Profiled): (string | number)[][] {
  const usOf = (seconds: number) => (seconds * 1e6) / samples
  const threads = readProfiles(newestRun(dir))
  const rows = threads.flatMap(({ name, cpuSeconds, stages }) => [
    [name, '', usOf(cpuSeconds)] as const,
    ...[...stages]
      .sort(([, a], [, b]) => b - a)
      .map(([stage, share]) => ['', stage, usOf(cpuSeconds * share)] as const)
      .filter(([, , us]) => us >= MICROSECONDS_SHOWN),
  ])
  const ofThreads = threads.reduce((sum, thread) => sum + thread.cpuSeconds, 0)
  return [
    ['thread', 'stage', 'us CPU a sample'],
    ...rows.map(([thread, stage, us]) => [thread, stage, us.toFixed(2)]),
    ['native threads', '', usOf(cpuSeconds - ofThreads).toFixed(2)],
    ['all', '', usOf(cpuSeconds).toFixed(2)],
  ]
}
