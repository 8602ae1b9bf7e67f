import { Temporal } from 'temporal-polyfill'
import type { KpiPoint } from '../base/kpi.js'
import { BASELINE_DAYS_MIN, type SavingsBaseline, savingsBaseline } from '../insight/savings/baseline.js'
import type { SavingsDay, SavingsModel } from '../insight/savings/day.js'
import { type EnergySaving, energySavingOf } from '../insight/savings/saving.js'
import type { SavingsAnswer } from './wire/savings.js'

/** Points of days of a plant, ascending by start: its energy, and what it made by KPI. */
export interface StoredDays {
  readonly energies: readonly KpiPoint[]
  readonly outputs: Readonly<Record<string, readonly KpiPoint[]>>
}

/**
 * The saving by days that are final. A KPI that fewer days of the baseline have than one needs is none of its variables:
 * days before it was measured would all be left out. Nobody measures the weather yet: degree days are left out.
 */
export function savingsAnswerOf(of: {
  readonly energy: string
  readonly timezone: string
  readonly before: StoredDays
  readonly after: StoredDays
}): SavingsAnswer {
  const { energy, timezone, before, after } = of
  const outputs = Object.keys(before.outputs).filter(
    (kpi) => before.outputs[kpi]!.filter(isFinal).length >= BASELINE_DAYS_MIN,
  )
  const { value: baseline, reason } = savingsBaseline(savingsDays(before, outputs, timezone))
  if (baseline === null) return { energy, reason, baseline: null, saving: null }
  const saving = energySavingOf(baseline, savingsDays(after, outputs, timezone))
  return {
    energy,
    reason: saving === null ? 'no_data' : '',
    baseline: toldBaseline(baseline),
    saving: saving === null ? null : toldSaving(saving),
  }
}

function savingsDays({ energies, outputs }: StoredDays, names: readonly string[], timezone: string): SavingsDay[] {
  const made = names.map((name) => {
    const known = (outputs[name] ?? []).filter(isFinal)
    return [name, new Map(known.map(({ start, value }) => [start, value]))] as const
  })
  return energies.map((point) => {
    const date = Temporal.Instant.from(point.start).toZonedDateTimeISO(timezone).toPlainDate()
    return {
      day: date.toString(),
      energyKwh: isFinal(point) ? point.value : null,
      isWorking: date.dayOfWeek <= 5,
      shiftHours: null,
      outputs: Object.fromEntries(made.map(([name, values]) => [name, values.get(point.start) ?? null])),
      outdoorC: null,
    }
  })
}

function isFinal({ value, provisional }: KpiPoint): boolean {
  return value !== null && !provisional
}

/** Working days are Monday to Friday here, and shifts are not known. */
function toldModel({ outputs, calendar }: SavingsModel) {
  return { outputs: [...outputs], calendar }
}

export function toldBaseline({ model, days, leftOut, r2, cvRmse, nmbe, persistence, next }: SavingsBaseline) {
  return {
    model: toldModel(model),
    ...{ days, left_out: leftOut, r2, cv_rmse: cvRmse, nmbe, persistence },
    next: next.map(({ model: other, worseBy }) => ({ ...toldModel(other), worse_by: worseBy })),
  }
}

export function toldSaving(saving: EnergySaving) {
  return {
    expected_kwh: saving.expectedKwh,
    actual_kwh: saving.actualKwh,
    saved_kwh: saving.savedKwh,
    lower90_kwh: saving.bounds90[0],
    upper90_kwh: saving.bounds90[1],
    is_shown: saving.isShown,
    days: saving.days,
    left_out: saving.leftOut,
    outside_range: saving.outsideRange,
    cusum: saving.cusum.map(({ day, savedKwh }) => ({ day, saved_kwh: savedKwh })),
  }
}
