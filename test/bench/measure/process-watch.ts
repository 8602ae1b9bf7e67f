import { readFileSync } from 'node:fs'
import { readThreadSamples, type ThreadSample } from '../../faults/soak/samples.js'
import { type Mappings, mappingsOf } from './mappings.js'
import { courseOf, type FiveMinutes, type MappingsLook, slopeOf, sumOf } from './process-course.js'
import { usageOf } from './processes.js'
import { scratchDir } from './scratch.js'
import { costByThread, type ThreadTime, threadTimesOf } from './thread-times.js'

const THREADS = new URL('../../faults/soak/threads.mjs', import.meta.url)
/** Between two looks at the mappings of a process, and between two lines that a thread writes of itself. */
const LOOK_MS = 2000
const THREAD_MS = 5000
const MIB = 2 ** 20
/** In a shorter time a collector of garbage is all that moves memory. */
const SLOPE_S_MIN = 300

/** Heap of one thread over a stretch of time, MiB. */
export interface ThreadHeap {
  /** Least at any look: near to what lives after a collection. */
  readonly usedMin: number
  readonly usedMax: number
  /** Pages that V8 holds for it, at most. */
  readonly totalMax: number
  /** Buffers and the like outside of the heap, at most. */
  readonly externalMax: number
}

/** Cost of a process over a stretch of time. */
export interface Watched {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly cores: number
  readonly wakeUpsPerSecond: number
  /** Since its start, MiB. */
  readonly rssPeakMiB: number
  /** At the end. */
  readonly rssMiB: number
  /** Most of each kind at any look since the watch began, and at the last one. */
  readonly mappedMaxMiB: Mappings
  readonly mappedMiB: Mappings
  readonly threads: Readonly<Record<string, { readonly cores: number; readonly wakeUpsPerSecond: number }>>
  readonly heaps: Readonly<Record<string, ThreadHeap>>
  /** Each five minutes of it, so that growth is not taken from its beginning. */
  readonly course: readonly FiveMinutes[]
  /** Growth of the resident memory, by all looks; null for a stretch too short to tell. */
  readonly rssMiBAnHour: number | null
  /** Most that DuckDB says it holds. */
  readonly duckdbMiB: number
}

/** Has every thread of a process that is started with this environment write down what it holds. */
export class ThreadLog {
  readonly #dir = scratchDir('threads')

  get env(): Readonly<Record<string, string>> {
    const options = [process.env.NODE_OPTIONS ?? '', `--import=${THREADS.href}`]
    return { NODE_OPTIONS: options.join(' ').trim(), SOAK_DIR: this.#dir, SOAK_EVERY_MS: String(THREAD_MS) }
  }

  read(pid: number): readonly ThreadSample[] {
    return readThreadSamples(this.#dir).filter((sample) => sample.pid === pid)
  }
}

/** Looks at a process from outside; what its threads write down themselves is read when a stretch of time ends. */
export class ProcessWatch {
  readonly #pid: number
  readonly #log: ThreadLog
  readonly #looking: NodeJS.Timeout
  /** Mappings at each look of the stretch. */
  #looks: MappingsLook[] = []
  #most: Mappings
  #last: Mappings
  #begun: { readonly atMs: number; readonly threads: ReadonlyMap<number, ThreadTime>; readonly cpuSeconds: number }

  constructor(pid: number, log: ThreadLog) {
    this.#pid = pid
    this.#log = log
    this.#last = mappingsOf(pid)
    this.#most = this.#last
    this.#begun = this.#now()
    this.#looking = setInterval(() => this.#look(), LOOK_MS)
  }

  /** The stretch of time that is reported begins now. */
  begin(): void {
    this.#looks = []
    this.#begun = this.#now()
  }

  /** Report on the time since `begin`. */
  report(): Watched {
    this.#look()
    const [before, after] = [this.#begun, this.#now()]
    const seconds = (after.atMs - before.atMs) / 1000
    const samples = this.#log.read(this.#pid)
    const costs = costByThread(before.threads, after.threads, namesOf(samples))
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds
    const wakeUps = [...costs.values()].reduce((sum, cost) => sum + cost.wakeUps, 0)
    const inTime = samples.filter(({ atMs }) => atMs >= before.atMs)
    return {
      seconds: rounded(seconds),
      cpuSeconds: rounded(cpuSeconds),
      cores: rounded(cpuSeconds / seconds),
      wakeUpsPerSecond: Math.round(wakeUps / seconds),
      rssPeakMiB: Math.round(usageOf(this.#pid).rssPeakBytes / MIB),
      rssMiB: Math.round(rssOf(this.#pid) / MIB),
      mappedMaxMiB: inMiB(this.#most),
      mappedMiB: inMiB(this.#last),
      threads: Object.fromEntries(
        [...costs]
          .sort(([, a], [, b]) => b.cpuSeconds - a.cpuSeconds || b.wakeUps - a.wakeUps)
          .map(([name, cost]) => [
            name,
            { cores: rounded(cost.cpuSeconds / seconds), wakeUpsPerSecond: rounded(cost.wakeUps / seconds) },
          ]),
      ),
      heaps: heapsOf(inTime),
      course: courseOf(this.#looks, inTime),
      rssMiBAnHour: seconds < SLOPE_S_MIN ? null : Math.round(slopeOf(this.#looks) * 10) / 10,
      duckdbMiB: Math.round(Math.max(0, ...inTime.map(({ duckdb = {} }) => sumOf(Object.values(duckdb))))),
    }
  }

  stop(): void {
    clearInterval(this.#looking)
  }

  #look(): void {
    try {
      this.#last = mappingsOf(this.#pid)
    } catch {
      // It has ended: who started it says so.
      return
    }
    this.#most = mostOf(this.#most, this.#last)
    this.#looks.push([Date.now(), this.#last])
  }

  #now() {
    return { atMs: Date.now(), threads: threadTimesOf(this.#pid), cpuSeconds: usageOf(this.#pid).cpuSeconds }
  }
}

/** Names of threads: by script; those that Node starts for V8 before any; and libuv's and DuckDB's, which nothing tells apart. */
function namesOf(samples: readonly ThreadSample[]): (tid: number) => string {
  const names = new Map<number, string>()
  for (const { native = [] } of samples) for (const tid of native) names.set(tid, 'V8')
  for (const { tid, thread } of samples) names.set(tid, thread)
  return (tid) => names.get(tid) ?? 'libuv, DuckDB'
}

function heapsOf(samples: readonly ThreadSample[]): Readonly<Record<string, ThreadHeap>> {
  const byThread = new Map<string, ThreadSample[]>()
  for (const sample of samples) byThread.set(sample.thread, [...(byThread.get(sample.thread) ?? []), sample])
  return Object.fromEntries(
    [...byThread].map(([thread, own]) => [
      thread,
      {
        usedMin: rounded(Math.min(...own.map(({ heapUsed }) => heapUsed))),
        usedMax: rounded(Math.max(...own.map(({ heapUsed }) => heapUsed))),
        totalMax: rounded(Math.max(...own.map(({ heapTotal }) => heapTotal))),
        externalMax: rounded(Math.max(...own.map(({ external }) => external))),
      },
    ]),
  )
}

function mostOf(a: Mappings, b: Mappings): Mappings {
  return {
    files: Math.max(a.files, b.files),
    v8: Math.max(a.v8, b.v8),
    arenas: Math.max(a.arenas, b.arenas),
    maps: Math.max(a.maps, b.maps),
    stacks: Math.max(a.stacks, b.stacks),
  }
}

function inMiB({ files, v8, arenas, maps, stacks }: Mappings): Mappings {
  const mib = (bytes: number) => Math.round(bytes / MIB)
  return { files: mib(files), v8: mib(v8), arenas: mib(arenas), maps: mib(maps), stacks: mib(stacks) }
}

function rssOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

/** To thousandths: a core is idle to the hundredth. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
