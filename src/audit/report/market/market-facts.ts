import type { StoredEvent } from '../../../archive/events.js'
import type { EntryItem } from '../../../base/wire/entries.js'
import { entryItemsOf, eventItem } from '../../entries.js'
import { type ControlPlanVersion, controlPlanVersions } from '../../market/control-plan.js'
import { MARKET_ENTRIES, type MarketEntries, marketEntries } from '../../market/market-entries.js'
import type { PlantSpan, ReportSources } from '../sources.js'

/** Facts beside the figures of a plant that the document of a month of a carbon market is made from. */
export interface MarketFacts {
  /** Versions of the control plan that were made before the end of the period; the first in any case. */
  readonly plan: readonly ControlPlanVersion[]
  readonly entries: MarketEntries
  /** Laboratory values that hold on a day of the period, though they were put on record of an earlier one. */
  readonly laboratory: readonly EntryItem[]
}

export const NO_MARKET: MarketFacts = {
  plan: [],
  entries: { allowances: [], prices: [], attestations: [] },
  laboratory: [],
}

/**
 * Reads them. Allowances and prices count up to the end of the period; attestations as far as they are known, as a month is attested
 * when it is over.
 *
 * @param span the period, to its end @param first day of it, 2026-10-01 @param untilMs up to when attestations are known
 */
export async function marketFacts(
  sources: Pick<ReportSources, 'events' | 'versions'>,
  { plant, fromMs, toMs }: PlantSpan,
  { first, earliestMs, untilMs }: { readonly first: string; readonly earliestMs: number; readonly untilMs: number },
): Promise<MarketFacts> {
  const types = [...MARKET_ENTRIES, 'fuel_quality', 'withdrawn']
  const events = (await sources.events({ plant, fromMs: earliestMs, toMs: untilMs, types })).map(eventItem)
  const { allowances, prices, attestations } = marketEntries(events)
  const isBeforeEnd = ({ atMs }: { readonly atMs: number }) => atMs < toMs
  const versions = controlPlanVersions(plant, await sources.versions())
  return {
    plan: versions.filter((one, i) => i === 0 || one.fromMs < toMs),
    entries: { allowances: allowances.filter(isBeforeEnd), prices: prices.filter(isBeforeEnd), attestations },
    laboratory: entryItemsOf(events).filter((one) => isOfDays(one, first) && Date.parse(one.ts) < fromMs),
  }
}

function isOfDays({ type, status, fields }: Pick<StoredEntry, 'type' | 'status' | 'fields'>, first: string): boolean {
  return type === 'fuel_quality' && status === 'counted' && String(fields.valid_to) >= first
}

type StoredEntry = EntryItem & { readonly fields: StoredEvent['fields'] }
