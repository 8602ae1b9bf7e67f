import type { Database } from '../archive/database.js'
import { dayOf, kindsSentBy, rowsOfDevices, type SentRows } from '../archive/record/kinds.js'
import { dateOf } from '../archive/record/names.js'
import type { FrozenDays } from '../audit/reports/frozen-days.js'

interface FrozenDeps {
  readonly database: Pick<Database, 'columns'>
  readonly frozenDays: Pick<FrozenDays, 'frozenBy'>
}

/** Chooses of some devices those that have rows on a day that a frozen report rests on, each with the report. */
export function devicesOnFrozenDays(
  deps: FrozenDeps,
  of: Pick<SentRows, 'plant' | 'devices'>,
): Promise<ReadonlyMap<string, string>> {
  return onFrozenDays(deps, of, 'device')
}

/** The same of some metrics of a device. */
export function metricsOnFrozenDays(
  deps: FrozenDeps,
  of: Pick<SentRows, 'plant' | 'devices'> & { readonly metrics: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  return onFrozenDays(deps, of, 'metric')
}

async function onFrozenDays(
  { database, frozenDays }: FrozenDeps,
  of: Pick<SentRows, 'plant' | 'devices' | 'metrics'>,
  name: 'device' | 'metric',
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  if (of.devices.length === 0 || of.metrics?.length === 0) return found
  for (const kind of kindsSentBy(of)) {
    const [names = [], days = []] = await database.columns(
      `SELECT DISTINCT ${name}, ${dayOf(kind)} FROM (${rowsOfDevices(kind, of)})`,
    )
    for (const [i, one] of names.entries()) {
      const report = frozenDays.frozenBy(kind, of.plant, dateOf(Number(days[i])))
      if (report !== null) found.set(String(one), report)
    }
  }
  return found
}
