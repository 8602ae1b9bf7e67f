import { setTimeout as pause } from 'node:timers/promises'
import type { Counter, Registry } from 'prom-client'

/** Time after which the first scrape finds something measured of the event loop. */
const FIRST_MS = 50

/** Metrics of the process as prom-client names them; processor time is counted since the start of the process. */
export async function processRegistry(): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  const { user, system } = process.cpuUsage()
  collectDefaultMetrics({ register: registry })
  const spent = { user_seconds: user, system_seconds: system, seconds: user + system }
  for (const [name, micros] of Object.entries(spent)) {
    const counter = registry.getSingleMetric(`process_cpu_${name}_total`) as Counter
    counter.inc(micros / 1e6)
  }
  await pause(FIRST_MS)
  return registry
}
