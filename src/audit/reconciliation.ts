import type { EventFields } from '../base/events.js'
import type { KpiPoint } from '../base/kpi.js'
import type { EntryItem, ReconciliationItem } from '../base/wire/entries.js'

/** KPI whose figure a bill is compared with, by the register that it names. */
export const BILLED_KPIS: Readonly<Record<string, string>> = {
  elec_import_kwh: 'energy_elec_import',
  ng_volume_nm3: 'energy_natural_gas',
  coal_mass_t: 'energy_coal',
  diesel_mass_t: 'energy_diesel',
  gasoline_mass_t: 'energy_gasoline',
  lpg_mass_t: 'energy_lpg',
  steam_mass_t: 'energy_steam',
  heat_gj: 'energy_heat',
  water_fresh_m3: 'energy_water_fresh',
}

/** A bill as it is on record. */
export type Bill = Pick<EntryItem, 'id' | 'document'> & { readonly fields: EventFields<'bill'> }

/** The bills among entries that stand. */
export function billsOf(entries: readonly EntryItem[]): readonly Bill[] {
  return entries
    .filter(({ type, status }) => type === 'bill' && status === 'recorded')
    .map(({ id, document, fields }) => ({ id, document, fields: fields as EventFields<'bill'> }))
}

/**
 * A bill against the final days of the plant's meter. Where a day has no figure nothing is said of the sum: a bill cannot
 * tell what a meter missed.
 *
 * @param days points of a day of the KPI that the bill is compared with, of exactly the billed days
 * @param daysDue how many days the bill is of
 */
export function reconcile(
  { id, document, fields }: Bill,
  days: readonly KpiPoint[],
  daysDue: number,
  tolerancePct: number,
): ReconciliationItem {
  const { metric, amount: billed, from, to } = fields
  const known = days.filter(({ value, provisional }) => value !== null && !provisional)
  const coverage = daysDue === 0 ? 0 : known.reduce((sum, day) => sum + day.coverage, 0) / daysDue
  const isWhole = known.length === daysDue
  const metered = isWhole ? known.reduce((sum, day) => sum + (day.value ?? 0), 0) : null
  const difference = metered === null ? null : billed - metered
  const pct = difference === null || metered === null || metered === 0 ? null : (difference / metered) * 100
  return {
    id,
    metric,
    kpi: BILLED_KPIS[metric] ?? '',
    unit: days[0]?.unit ?? '',
    from,
    to,
    document,
    billed,
    metered,
    difference,
    difference_pct: pct,
    coverage,
    tolerance_pct: tolerancePct,
    verdict: pct === null ? 'unknown' : Math.abs(pct) <= tolerancePct ? 'agrees' : 'differs',
  }
}
