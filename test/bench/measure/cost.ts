import { readFileSync } from 'node:fs'
import { forgetPeak, usageOf } from './processes.js'

/** Cost of a stretch of work, of all processes and of each. */
export interface Cost {
  readonly cpuSeconds: number
  /** The sum of what each held at its most. */
  readonly rssPeakMiB: number
  readonly processes: Readonly<Record<string, { readonly cpuSeconds: number; readonly rssPeakMiB: number }>>
}

/** Measures from now on; `read` may be called again and again. */
export function meter(pids: Readonly<Record<string, number>>): { read(): Cost } {
  const before = new Map<string, number>()
  for (const [name, pid] of Object.entries(pids)) {
    forgetPeak(pid)
    before.set(name, usageOf(pid).cpuSeconds)
  }
  return {
    read: () => {
      const processes = Object.entries(pids).map(([name, pid]) => {
        const { cpuSeconds, rssPeakBytes } = usageOf(pid)
        return [
          name,
          { cpuSeconds: round(cpuSeconds - before.get(name)!), rssPeakMiB: Math.round(rssPeakBytes / 2 ** 20) },
        ] as const
      })
      return {
        cpuSeconds: round(processes.reduce((sum, [, { cpuSeconds }]) => sum + cpuSeconds, 0)),
        rssPeakMiB: processes.reduce((sum, [, { rssPeakMiB }]) => sum + rssPeakMiB, 0),
        processes: Object.fromEntries(processes),
      }
    },
  }
}

/** Number of processes that want to run, averaged over the last minute: it tells whether others were at work too. */
export function loadAverage(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}
