import { once } from 'node:events'
import { end, startScript } from '../measure/processes.js'
import type { LoadOrder, LoadReport } from './order.js'
import type { RawOrder, RawReport } from './raw-order.js'

/** A load that takes longer than this, or than this beyond its own time, will not end at all. */
const LOAD_MS_MAX = 900_000

/** Sends by MQTT what is ordered, from a process of its own; `msMax` is how long it may take, ms. */
export function runLoad(order: LoadOrder, msMax = LOAD_MS_MAX + (order.seconds ?? 0) * 1000): Promise<LoadReport> {
  return run<LoadReport>(new URL('./generator.ts', import.meta.url), order, msMax)
}

/** Writes lines straight into InfluxDB, from a process of its own. */
export function runRawWriter(order: RawOrder): Promise<RawReport> {
  return run<RawReport>(new URL('./raw-writer.ts', import.meta.url), order, LOAD_MS_MAX)
}

async function run<Report>(script: URL, order: object, msMax: number): Promise<Report> {
  const child = startScript(script, [JSON.stringify(order)])
  const report = once(child, 'message') as Promise<[Report]>
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script.pathname.split('/').at(-1)} ended with ${code} before it had reported`)
  })
  ended.catch(() => undefined)
  const last = setTimeout(() => child.kill('SIGKILL'), msMax)
  try {
    const [answer] = await Promise.race([report, ended])
    return answer
  } finally {
    clearTimeout(last)
    await end(child)
  }
}
