import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

interface Node {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

interface CpuProfile {
  readonly nodes: readonly Node[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface FunctionTime {
  /** Name, file and line. */
  readonly where: string
  /** Share of the thread's time (its sleep included) in the function itself, and in what it calls too, 0..1. */
  readonly self: number
  readonly inclusive: number
}

/** The profile of one thread. */
export interface ThreadProfile {
  /** Share of the time in which it did anything, 0..1. */
  readonly busy: number
  readonly functions: readonly FunctionTime[]
}

/** Reads the newest profile of a thread that has `file` on its stack; null when there is none. */
export function readProfile(dir: string, file: string): ThreadProfile | null {
  // Node names them by date and time.
  const names = readdirSync(dir).filter((entry) => entry.endsWith('.cpuprofile'))
  for (const name of names.sort().reverse()) {
    const profile = JSON.parse(readFileSync(join(dir, name), 'utf8')) as CpuProfile
    if (profile.nodes.some(({ callFrame }) => callFrame.url.endsWith(file))) return summarize(profile)
  }
  return null
}

function summarize({ nodes, samples, timeDeltas }: CpuProfile): ThreadProfile {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)))
  const selfUs = new Map<number, number>()
  for (const [i, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + timeDeltas[i]!)
  const totalUs = timeDeltas.reduce((sum, delta) => sum + delta, 0)
  const times = new Map<string, { self: number; inclusive: number }>()
  let idleUs = 0
  for (const [id, us] of selfUs) {
    const where = placeOf(byId.get(id)!)
    if (where === '(idle)') idleUs += us
    timeOf(times, where).self += us / totalUs
    // A function that is on the stack twice has the time once.
    const stack = new Set<string>()
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.add(placeOf(byId.get(at)!))
    for (const place of stack) timeOf(times, place).inclusive += us / totalUs
  }
  const functions = [...times].map(([where, time]) => ({ where, ...time }))
  return { busy: 1 - idleUs / totalUs, functions }
}

function timeOf(times: Map<string, { self: number; inclusive: number }>, where: string) {
  const time = times.get(where) ?? { self: 0, inclusive: 0 }
  times.set(where, time)
  return time
}

function placeOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  return url === '' ? name : `${name} ${basename(url)}:${lineNumber + 1}`
}

/** The functions with the most time, as lines of text. */
export function topFunctions({ functions }: ThreadProfile, by: 'self' | 'inclusive', count: number): string[] {
  return [...functions]
    .sort((a, b) => b[by] - a[by])
    .slice(0, count)
    .map(({ where, self, inclusive }) => `${percent(self)} self ${percent(inclusive)} inclusive  ${where}`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(7)
}
