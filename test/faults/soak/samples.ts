import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestGateway } from '../../support/gateway.js'
import { robustSlope } from './slope.js'

/** One moment of a gateway: each figure by its name, MiB unless the name says otherwise. */
export interface SoakSample {
  readonly hours: number
  readonly figures: Readonly<Record<string, number>>
}

/** Course of one figure after the warm-up. */
export interface Course {
  readonly first: number
  readonly last: number
  readonly max: number
  readonly perHour: number
}

/** A moment of one thread as it has written it down, MiB. */
export interface ThreadSample {
  readonly atMs: number
  readonly pid: number
  /** Number of the thread at the system. */
  readonly tid: number
  readonly thread: string
  /** In the first thread of a process: its own number, and those of the threads that Node starts for V8. */
  readonly native?: readonly number[]
  readonly heapUsed: number
  readonly heapTotal: number
  readonly external: number
  readonly arrayBuffers: number
  readonly malloced: number
  readonly duckdb?: Readonly<Record<string, number>>
}

const KIB_OF_A_MIB = 1024

/** The gateway's process as the system sees it. */
export function processFigures({ process }: TestGateway): Record<string, number> {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8')
  const mib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / KIB_OF_A_MIB
  return {
    rss: mib('VmRSS'),
    anonymous: mib('RssAnon'),
    files: mib('RssFile'),
    descriptors: readdirSync(`/proc/${process.pid}/fd`).length,
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
  }
}

/** All that threads have written down of themselves (see threads.mjs). */
export function readThreadSamples(dir: string): ThreadSample[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(join(dir, file), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ThreadSample)
}

/** The same as samples of the process. */
export function threadSamples(dir: string, startMs: number): SoakSample[] {
  return readThreadSamples(dir).map(
    ({ atMs, thread, heapUsed, heapTotal, external, arrayBuffers, malloced, duckdb = {} }) => {
      const held = Object.fromEntries(Object.entries(duckdb).map(([tag, mib]) => [`duckdb ${tag}`, mib]))
      const own = { heapUsed, heapTotal, external, arrayBuffers, malloced }
      const named = Object.fromEntries(Object.entries(own).map(([what, mib]) => [`${thread} ${what}`, mib]))
      const all = thread === 'pipeline-thread' ? { duckdb: sum(Object.values(duckdb)) } : {}
      return { hours: (atMs - startMs) / 3_600_000, figures: { ...named, ...held, ...all } }
    },
  )
}

/** A collector of garbage lets memory rise and fall: what counts is the least of two minutes. */
const FLOOR_HOURS = 1 / 30

/** The floors of each figure after the first `warmUp` (0..1) of the time. */
export function courses(samples: readonly SoakSample[], hours: number, warmUp: number): Record<string, Course> {
  const byFigure = new Map<string, Map<number, number>>()
  for (const { hours: at, figures } of samples) {
    if (at < hours * warmUp || at > hours) continue
    const slot = Math.floor(at / FLOOR_HOURS)
    for (const [figure, value] of Object.entries(figures)) {
      const floors = byFigure.get(figure) ?? new Map<number, number>()
      byFigure.set(figure, floors.set(slot, Math.min(value, floors.get(slot) ?? Infinity)))
    }
  }
  const points = (floors: ReadonlyMap<number, number>) =>
    [...floors].map(([slot, floor]) => [slot * FLOOR_HOURS, floor] as const)
  return Object.fromEntries([...byFigure].map(([figure, floors]) => [figure, courseOf(points(floors))]))
}

function courseOf(points: readonly (readonly [number, number])[]): Course {
  const values = points.map(([, value]) => value)
  return { first: values[0]!, last: values.at(-1)!, max: Math.max(...values), perHour: robustSlope(points) }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
