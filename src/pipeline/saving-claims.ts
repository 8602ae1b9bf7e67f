import { Temporal } from 'temporal-polyfill'
import { claimedSavings } from '../audit/report/claimed-savings.js'
import { NON_ROUTINE_TYPES, nonRoutineEvents } from '../audit/report/non-routine-events.js'
import type { ReportSources } from '../audit/report/sources.js'
import type { PlantOptions } from '../base/plant.js'
import type { ClaimedSaving } from '../insight/savings/claim.js'
import { modelTerms } from '../insight/savings/day.js'
import { currencyOf } from '../kpi/settings/currency.js'
import type { SavingClaimSources } from '../views/routes/saving-claims.js'
import { toldBaseline, toldSaving } from '../views/savings.js'
import type { SavingClaimItem } from '../views/wire/savings.js'
import type { Configs } from './configs.js'

/** Answers to questions about the savings that plants claim, by the same days as reports. */
export function savingClaimSources(
  sources: Pick<ReportSources, 'claimDays' | 'events'>,
  configs: Pick<Configs, 'plant'>,
  nowMs: () => number,
): SavingClaimSources {
  return {
    savingClaims: async (id) => {
      const plant = configs.plant(id)
      if (plant === undefined || plant.savings.length === 0) return []
      const told = await sources.events({
        plant: id,
        fromMs: 0,
        toMs: Number.MAX_SAFE_INTEGER,
        types: NON_ROUTINE_TYPES,
      })
      const today = Temporal.Instant.fromEpochMilliseconds(nowMs()).toZonedDateTimeISO(plant.timezone).toPlainDate()
      const within = { from: '', to: today.toString() }
      const claims = await claimedSavings(sources, plant, within, nonRoutineEvents(told))
      return claims.map((one) => claimItem(one, plant))
    },
  }
}

function claimItem(one: ClaimedSaving, plant: PlantOptions): SavingClaimItem {
  const { claim, reporting, reason, baseline, saving, leftOut, events, pricePerKwh, kgCo2ePerKwh } = one
  const currency = currencyOf(plant)
  const worth = (perKwh: number | null) => (saving === null || perKwh === null ? null : saving.savedKwh * perKwh)
  return {
    ...{ id: claim.id, measure: claim.measure, line: claim.line ?? null, meter: claim.meter ?? null },
    ...{ energy: claim.energy, baseline_from: claim.baseline.from, baseline_to: claim.baseline.to },
    from: claim.reporting.from,
    to: reporting.from < reporting.to ? Temporal.PlainDate.from(reporting.to).subtract({ days: 1 }).toString() : null,
    reason,
    baseline: baseline === null ? null : claimBaseline(baseline),
    saving: saving === null ? null : toldSaving(saving),
    saved_cost: currency === null ? null : worth(pricePerKwh),
    currency,
    saved_kgco2e: worth(kgCo2ePerKwh),
    left_out: [...leftOut],
    events: events.map(({ kwhPerDay, ...event }) => ({ ...event, kwh_per_day: kwhPerDay })),
  }
}

function claimBaseline(baseline: NonNullable<ClaimedSaving['baseline']>): NonNullable<SavingClaimItem['baseline']> {
  const degreesOf = ({ heatingBaseC, coolingBaseC }: typeof baseline.model) => {
    return { heating_base_c: heatingBaseC, cooling_base_c: coolingBaseC }
  }
  const told = toldBaseline(baseline)
  const terms = ['constant', ...modelTerms(baseline.model).map(({ key }) => key)]
  return {
    ...told,
    model: { ...told.model, ...degreesOf(baseline.model) },
    next: told.next.map((next, i) => ({ ...next, ...degreesOf(baseline.next[i]!.model) })),
    coefficients: terms.map((term, i) => ({ term, kwh: baseline.fit.coefficients[i]! })),
  }
}
