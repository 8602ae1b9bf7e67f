import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { moduleOf } from './modules.js'

interface Node {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

export interface CpuProfile {
  readonly nodes: readonly Node[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** As `profiler.mjs` leaves it: the processor time is the system's, of this thread alone. */
export interface LeftProfile {
  readonly name: string
  readonly cpuSeconds: number
  readonly profile: CpuProfile
}

export interface FunctionTime {
  /** Name, file and line. */
  readonly where: string
  /** Share of the time in which the thread did anything, in the function itself, and in what it calls too, 0..1. */
  readonly self: number
  readonly inclusive: number
}

/** The profile of one thread. */
export interface ThreadProfile {
  readonly name: string
  readonly cpuSeconds: number
  readonly functions: readonly FunctionTime[]
  /** Share of each stage in the time in which the thread did anything; they add up to 1. */
  readonly stages: ReadonlyMap<string, number>
}

/** Name in a profile that is no function: the thread sleeps. */
const IDLE = '(idle)'
const COLLECTOR = '(garbage collector)'

/** Reads the profiles that the threads of a gateway have left in a folder, the busiest first. */
export function readProfiles(dir: string): readonly ThreadProfile[] {
  return readdirSync(dir)
    .filter((entry) => entry.endsWith('.json'))
    .map((entry) => summarize(JSON.parse(readFileSync(join(dir, entry), 'utf8')) as LeftProfile))
    .sort((a, b) => b.cpuSeconds - a.cpuSeconds)
}

export function summarize({ name, cpuSeconds, profile: { nodes, samples, timeDeltas } }: LeftProfile): ThreadProfile {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)))
  const stackOf = (id: number): Node[] => {
    const stack: Node[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(byId.get(at)!)
    return stack
  }
  const selfUs = new Map<number, number>()
  for (const [i, id] of samples.entries()) {
    if (placeOf(byId.get(id)!) !== IDLE) selfUs.set(id, (selfUs.get(id) ?? 0) + timeDeltas[i]!)
  }
  const busyUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0)
  const times = new Map<string, { self: number; inclusive: number }>()
  const stages = new Map<string, number>()
  for (const [id, us] of selfUs) {
    const share = us / busyUs
    const stack = stackOf(id)
    timeOf(times, placeOf(stack[0]!)).self += share
    // A function that is on the stack twice has the time once.
    for (const place of new Set(stack.map(placeOf))) timeOf(times, place).inclusive += share
    const stage = stageOf(stack)
    stages.set(stage, (stages.get(stage) ?? 0) + share)
  }
  return { name, cpuSeconds, functions: [...times].map(([where, time]) => ({ where, ...time })), stages }
}

/**
 * The stage that time was spent for: the folder of the gateway's own code nearest to the top of the stack, whatever that
 * code called; without any, the package at the top, or Node itself.
 */
function stageOf(stack: readonly Node[]): string {
  if (stack[0]!.callFrame.functionName === COLLECTOR) return 'garbage collector'
  for (const { callFrame } of stack) {
    const own = /^src\/(?:([^/]+)\/)?/.exec(moduleOf(callFrame.url, callFrame.lineNumber))
    if (own !== null) return own[1] ?? 'wiring'
  }
  for (const { callFrame } of stack) {
    const used = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleOf(callFrame.url, callFrame.lineNumber))
    if (used !== null) return used[1]!
  }
  return 'node'
}

function timeOf(times: Map<string, { self: number; inclusive: number }>, where: string) {
  const time = times.get(where) ?? { self: 0, inclusive: 0 }
  times.set(where, time)
  return time
}

function placeOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  return url === '' ? name : `${name} ${basename(moduleOf(url, lineNumber))}:${lineNumber + 1}`
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
