import { readdirSync, readFileSync } from 'node:fs'
import { TICKS_PER_SECOND } from './processes.js'

/** Processor time of a thread so far, and how often it has begun to wait. */
export interface ThreadTime {
  readonly cpuSeconds: number
  readonly wakeUps: number
}

/** Every thread of a process by its id; one that has ended is in none. */
export function threadTimesOf(pid: number): ReadonlyMap<number, ThreadTime> {
  const times = new Map<number, ThreadTime>()
  for (const entry of readdirSync(`/proc/${pid}/task`)) {
    const dir = `/proc/${pid}/task/${entry}`
    try {
      const fields = readFileSync(`${dir}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      const status = readFileSync(`${dir}/status`, 'utf8')
      times.set(Number(entry), {
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
        wakeUps: Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]),
      })
    } catch {
      // It has just ended.
    }
  }
  return times
}

/** Cost of a stretch of time by name of thread; threads of one name are added up, and one that was not there before began at 0. */
export function costByThread(
  before: ReadonlyMap<number, ThreadTime>,
  after: ReadonlyMap<number, ThreadTime>,
  nameOf: (tid: number) => string,
): ReadonlyMap<string, ThreadTime> {
  const costs = new Map<string, ThreadTime>()
  for (const [tid, { cpuSeconds, wakeUps }] of after) {
    const name = nameOf(tid)
    const was = before.get(tid)
    const sum = costs.get(name)
    costs.set(name, {
      cpuSeconds: (sum?.cpuSeconds ?? 0) + cpuSeconds - (was?.cpuSeconds ?? 0),
      wakeUps: (sum?.wakeUps ?? 0) + wakeUps - (was?.wakeUps ?? 0),
    })
  }
  return costs
}
