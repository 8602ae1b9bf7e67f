import type { OwnFactorOptions } from '../../base/options/factors.js'
import { isCo2OnlyActivity, isOwnActivity, measured, OWN_ACTIVITY_EXAMPLES } from './activity.js'
import { CO2_ONLY, type Factor } from './factor.js'
import type { FactorLibrary } from './table.js'

/** A fault in one of a plant's own factors, with its remedy. */
export interface OwnFault {
  readonly index: number
  readonly key: keyof OwnFactorOptions
  readonly problem: string
  readonly remedy: string
}

/**
 * Own factors as the figures use them, and what is wrong with the others: those are left out, so that a figure never rests
 * on them. A factor never takes the place of one of the tables by having its id.
 */
export function ownFactors(
  options: readonly OwnFactorOptions[],
  library: FactorLibrary,
): { readonly factors: readonly Factor[]; readonly faults: readonly OwnFault[] } {
  const taken = new Set([...library.factors, ...library.coal.flatMap((one) => one.rows)].map((one) => one.id))
  const factors: Factor[] = []
  const faults: OwnFault[] = []
  options.forEach((own, index) => {
    const made = factorOf(own)
    const fault = idFault(own, taken, options.slice(0, index)) ?? ('problem' in made ? made : coalFault(made, library))
    if (fault !== null) faults.push({ index, ...fault })
    else if (!('problem' in made)) factors.push(made)
  })
  return { factors, faults }
}

type Fault = Omit<OwnFault, 'index'>

function idFault(
  own: OwnFactorOptions,
  taken: ReadonlySet<string>,
  earlier: readonly OwnFactorOptions[],
): Fault | null {
  if (taken.has(own.id)) {
    const remedy = `name it otherwise, such as own.${own.id}: a factor of your own stands beside it and is used first`
    return { key: 'id', problem: 'is the id of a factor of the tables', remedy }
  }
  if (earlier.some((one) => one.id === own.id)) {
    return { key: 'id', problem: 'stands there twice', remedy: 'rename one of the two' }
  }
  return null
}

function factorOf(own: OwnFactorOptions): Factor | Fault {
  const { activity, value, unit } = own
  if (!isOwnActivity(activity)) {
    const why = /life_?cycle|footprint/.test(activity)
      ? 'is for the footprint of products, never for scope 2'
      : 'is nothing that a factor can be for'
    return { key: 'activity', problem: why, remedy: `use a word such as ${OWN_ACTIVITY_EXAMPLES.join(', ')}` }
  }
  const measure = measured(activity, value, unit)
  if ('units' in measure) {
    const isGross = /btu|hhv|scf/i.test(unit)
    const problem = isGross ? `is of a gross heating value, which ${activity} is not` : `is no unit of ${activity}`
    return { key: 'unit', problem, remedy: `give the value in ${measure.units.join(', ')}` }
  }
  if (/oxidation_factor$/.test(activity) && measure.value > 1) {
    return { key: 'value', problem: 'says that more burns than there is', remedy: 'give a part of one, or a unit of %' }
  }
  return {
    id: own.id,
    activity,
    description: "the plant's own",
    value: measure.value,
    unit: measure.unit,
    printed: { value: String(value), unit },
    heat: measure.heat,
    region: own.region ?? null,
    validFrom: own.valid_from,
    validTo: own.valid_to ?? null,
    publishedOn: own.published,
    source: own.source,
    note: '',
    confidence: 'own',
    paramSource: own.param_source ?? 'not_stated',
    flags: isCo2OnlyActivity(activity, measure.unit) ? CO2_ONLY : 0,
    place: 'configuration',
  }
}

/** A coefficient of a carrier that has a range lies inside it. Source: GB/T 2589-2020; KPI specification §2.1. */
function coalFault({ activity, unit, value }: Factor, library: FactorLibrary): Fault | null {
  const carrier = /^coal_equivalent\.(\w+)$/.exec(activity)?.[1]
  if (carrier === undefined) return null
  const found = library.coal.find((one) => one.carrier === carrier && one.kind !== 'legacy_2008')
  if (found === undefined) {
    return {
      key: 'activity',
      problem: 'names no carrier of the table',
      remedy: 'see greengauge factors list --activity coal_equivalent',
    }
  }
  const [low, high] = found.rows
  if (unit !== low.unit) return { key: 'unit', problem: `is no unit of ${carrier}`, remedy: `give it in ${low.unit}` }
  if (high !== undefined && (value < low.value || value > high.value)) {
    return {
      key: 'value',
      problem: `lies outside the range of ${carrier}`,
      remedy: `give ${low.printed.value} to ${high.printed.value} ${unit}, or the heating value that was measured`,
    }
  }
  return null
}
