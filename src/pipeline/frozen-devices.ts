import type { Database } from '../archive/database.js'
import { DEVICE_KINDS, dayOf, rowsOfDevices, type SentRows } from '../archive/record/kinds.js'
import { dateOf } from '../archive/record/names.js'
import type { FrozenDays } from '../audit/reports/frozen-days.js'

/** Chooses of some devices those that have rows on a day that a frozen report rests on, each with the report. */
export async function devicesOnFrozenDays(
  { database, frozenDays }: { readonly database: Database; readonly frozenDays: Pick<FrozenDays, 'frozenBy'> },
  of: Pick<SentRows, 'plant' | 'devices'>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  if (of.devices.length === 0) return found
  for (const kind of DEVICE_KINDS) {
    const [devices = [], days = []] = await database.columns(
      `SELECT DISTINCT device, ${dayOf(kind)} FROM (${rowsOfDevices(kind, of)})`,
    )
    for (const [i, device] of devices.entries()) {
      const report = frozenDays.frozenBy(kind, of.plant, dateOf(Number(days[i])))
      if (report !== null) found.set(String(device), report)
    }
  }
  return found
}
