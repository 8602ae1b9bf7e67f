import { type FactorLookup, missingFactor } from '../factors/factor.js'
import { carbonOf, PURCHASED_STEAM } from '../settings/sources.js'
import { type Coverage, cleanKwh, coveredKwh, type Matching, matchingOf } from '../windows/contracts.js'
import { steamHeatGj } from './arithmetic/steam.js'
import { addGasAmounts, type GasAmount, GasTally, gasFigureOf } from './carbon-amount.js'
import { COVERED_USES, meteredGeneration } from './metered-generation.js'
import {
  addInputs,
  type Basis,
  coverOf,
  FROM_HOURS,
  figure,
  type InputSum,
  type Inputs,
  type Kpi,
  kpi,
  leastOf,
  needed,
  type Recipe,
} from './recipe.js'
import { type ReadEnthalpy, readEnthalpy } from './steam-heat.js'

const IMPORT = 'elec_import_kwh'
const HEAT = 'heat_gj'
const STEAM = ['steam_pressure_mpa', 'steam_temp_c'] as const

/** Terms of purchased electricity and heat: none without electricity, which every plant buys. */
export const SCOPE2_NEEDS: readonly string[] = [IMPORT]
export const SCOPE2_USES: readonly string[] = [HEAT, PURCHASED_STEAM, ...STEAM]
/** The same by the market: contracts may have meters. */
export const MARKET_USES: readonly string[] = [...SCOPE2_USES, ...COVERED_USES]

const FACTS = {
  source: 'KPI specification §2.3; GHG Protocol, scope 2 guidance (from memory)',
  pillar: 'green',
  windows: FROM_HOURS,
  scopes: ['plant'],
  needs: SCOPE2_NEEDS,
  nulls:
    'no_data or low_coverage of electricity or heat below 75 % of the expected time; no_factor for a region without a factor: add one of your own',
} as const
const MEMBERS =
  'import of the main meters; heat_gj, and steam_mass_t where carbon.purchased_steam is set. Power made on site is not in it, export takes nothing off'

/** Emissions of purchased electricity and heat, by both methods. Source: KPI specification §2.3. */
export const CARBON_SCOPE2: readonly Kpi[] = [
  kpi(
    {
      ...FACTS,
      id: 'scope2_lb',
      name: { en: 'Purchased energy, location-based (scope 2)', zh: '能源间接排放（基于位置）' },
      unit: 'kgCO2e',
      formula: 'Σ over hours of ΔE_imp · EF_grid(region, year) + heat GJ · EF_heat',
      formula_zh: '逐小时 Σ ΔE_imp · EF_grid（区域，年份）+ 热力 GJ · EF_heat',
      confidence: 'from_memory',
      example: 'O26: East China, data year 2022: 5000 MWh · 0.5617 t/MWh = 2808.5 t',
      shape: 'sum',
      members: MEMBERS,
      uses: SCOPE2_USES,
    },
    { total: locationBased, add: addGasAmounts, figure: (amount) => gasFigureOf(amount) },
  ),
  kpi(
    {
      ...FACTS,
      id: 'scope2_heat',
      name: { en: 'Purchased heat and steam, part of scope 2', zh: '外购热力间接排放（范围二之内）' },
      unit: 'kgCO2e',
      formula: 'Σ over hours of heat GJ · EF_heat; the same in both methods',
      formula_zh: '逐小时 Σ 热力 GJ · EF_heat；两种方法相同',
      confidence: 'from_memory',
      example: '100 GJ of heat · 0.11 t/GJ · 1000 = 11,000 kg',
      shape: 'sum',
      members: 'heat_gj, and steam_mass_t where carbon.purchased_steam is set',
      nulls:
        'no_data or low_coverage of heat below 75 % of the expected time; bad_config for steam without its enthalpy',
      needs: [],
      needsAny: [HEAT, PURCHASED_STEAM],
      uses: STEAM,
    },
    {
      total: (basis) => heatOf(basis, new GasTally(), []),
      add: addGasAmounts,
      figure: (amount) => gasFigureOf(amount),
    },
  ),
  kpi(
    {
      ...FACTS,
      id: 'scope2_mb',
      name: { en: 'Purchased energy, market-based (scope 2)', zh: '能源间接排放（基于市场）' },
      unit: 'kgCO2e',
      formula:
        'Σ over hours of Σ covered · EF_contract + (ΔE_imp − Σ covered) · EF of the supplier, else residual mix, else grid, + heat',
      formula_zh:
        '逐小时 Σ 合同覆盖电量 · EF_contract +（ΔE_imp − Σ 合同覆盖电量）· 供应商因子，无则剩余电力组合，再无则电网因子，+ 热力',
      confidence: 'project',
      example: 'O13: 1,000,000 kWh, 600,000 kWh of it covered at 0, residual mix 0.45: 400,000 · 0.45 = 180 t',
      shape: 'sum',
      members: `${MEMBERS}; contracts are matched over their period and spread in proportion to consumption, or hour by hour with carbon.matching: hourly`,
      uses: MARKET_USES,
    },
    { total: marketBased, add: addGasAmounts, figure: (amount) => gasFigureOf(amount) },
  ),
  kpi(
    {
      ...FACTS,
      id: 'scope2_covered_share',
      name: { en: 'Import covered by contracts', zh: '合同覆盖的外购电比例' },
      unit: '1',
      formula: 'Σ over hours of kWh covered by contracts / ΔE_imp',
      formula_zh: '逐小时 Σ 合同覆盖的 kWh / ΔE_imp',
      confidence: 'project',
      example: 'O13: 600,000 of 1,000,000 kWh = 0.6',
      shape: 'ratio',
      members: 'import of the main meters, contracts of the plant',
      nulls: 'no_data or low_coverage of import, no_denominator when nothing was imported',
      isThere: (version) => (version.options?.contracts.length ?? 0) > 0,
      uses: COVERED_USES,
    },
    coveredShare((coverage) => coverage.coveredKwh),
  ),
  ...(['annual', 'hourly'] as const).map((matching) => cleanShare(matching)),
]

/** The part of the import that non-fossil contracts cover by one way of matching, whichever the plant has chosen. */
function cleanShare(matching: Matching): Kpi {
  const isAnnual = matching === 'annual'
  return kpi(
    {
      ...FACTS,
      id: `clean_energy_matched_${matching}`,
      name: isAnnual
        ? { en: 'Clean energy matched over the period', zh: '清洁电力匹配率（合同期）' }
        : { en: 'Clean energy matched hour by hour', zh: '清洁电力匹配率（逐小时）' },
      unit: '1',
      formula: isAnnual
        ? 'Σ over hours of kWh covered at 0 kgCO2e/kWh, each contract matched over its period / ΔE_imp'
        : 'Σ over hours of kWh covered at 0 kgCO2e/kWh, never above the generation of the hour / ΔE_imp',
      formula_zh: isAnnual
        ? '逐小时 Σ 0 kgCO2e/kWh 合同覆盖的 kWh / ΔE_imp，各合同在其合同期内匹配'
        : '逐小时 Σ 0 kgCO2e/kWh 合同覆盖的 kWh / ΔE_imp，不超过该小时的发电量',
      source: isAnnual
        ? 'KPI specification §2.3; GHG Protocol, scope 2 guidance of 2015'
        : 'KPI specification §2.3; proposal of the GHG Protocol of 2025 for scope 2 (from memory)',
      confidence: 'project',
      example: isAnnual
        ? 'O13 as a contract of a month and a plant that works by day: 600,000 of 1,000,000 kWh = 0.6'
        : 'a contract of the sun covers nothing at night',
      shape: 'ratio',
      members: 'import of the main meters; contracts of the plant with factor 0',
      nulls: 'no_data or low_coverage of import, no_denominator when nothing was imported',
      isThere: (version) => (version.options?.contracts.length ?? 0) > 0,
      uses: isAnnual ? [] : COVERED_USES,
    },
    coveredShare(cleanKwh, matching),
  )
}

interface CoveredImport {
  readonly kwh: number
  readonly inputs: Inputs
}

/** @param matching that of the plant when absent */
function coveredShare(kwhOf: (coverage: Coverage) => number, matching?: Matching): Recipe<CoveredImport> {
  return {
    total: (basis) => {
      const { hours, metered } = coveredHours(basis, matching)
      let kwh = 0
      for (const { coverage } of hours) kwh += kwhOf(coverage)
      return { kwh, inputs: [basis.input(IMPORT), metered] }
    },
    add: (a, b) => ({ kwh: a.kwh + b.kwh, inputs: addInputs(a.inputs, b.inputs) }),
    figure: ({ kwh, inputs }) => {
      return figure(kwh, inputs[0]?.sum ?? 0, { ...coverOf(inputs), coverage: leastOf(inputs) })
    },
  }
}

/** Purchased energy by the grid that it came from. */
export function locationBased(basis: Basis): GasAmount {
  const tally = new GasTally()
  for (const { startMs, endMs, kwh } of hourlyImport(basis)) {
    tally.add(startMs, electricity(kwh, tally.use(basis.version.plantFactors.grid(startMs, endMs))))
  }
  return heatOf(basis, tally, [needed(basis, IMPORT)])
}

/** Purchased energy by what was bought: first what contracts cover, then the supplier's rate or the residual mix. */
export function marketBased(basis: Basis): GasAmount {
  const tally = new GasTally()
  const { version } = basis
  const { hours, metered } = coveredHours(basis)
  for (const { startMs, endMs, kwh, coverage: covered } of hours) {
    for (const contract of covered.contracts) {
      tally.name(`contract/${contract.id}`)
      tally.add(startMs, { kgCo2e: contract.kwh * contract.factor })
    }
    const restKwh = kwh - covered.coveredKwh
    // An import that is covered to the last kWh needs no other factor.
    if (restKwh === 0 && covered.contracts.length > 0) continue
    tally.add(startMs, electricity(restKwh, tally.use(version.plantFactors.uncovered(startMs, endMs))))
  }
  return heatOf(basis, tally, [needed(basis, IMPORT), metered])
}

function electricity(kwh: number, factor: { readonly value: number } | null): { readonly kgCo2e: number } {
  return { kgCo2e: factor === null ? 0 : kwh * factor.value }
}

/** Import of one hour, over all meters. */
export interface ImportHour {
  readonly startMs: number
  readonly endMs: number
  /** Time of the hour that the import is of, ms: less than all of it while the hour goes on. */
  readonly dueMs: number
  readonly kwh: number
}

/**
 * The import of each hour over all meters, in order of time; none of hours that have not begun. Before edition 3 of the rules an hour
 * in which a meter was replaced was as long as the longer of the two had been in service.
 */
export function hourlyImport(basis: Basis): ImportHour[] {
  const due = new Map<number, number>()
  if (basis.version.edition >= 3) for (const { startMs, dueMs } of basis.due('1h', IMPORT)) due.set(startMs, dueMs)
  const hours = new Map<number, ImportHour>()
  for (const { startMs, endMs, inputs } of basis.slices('1h', IMPORT)) {
    const [input] = inputs
    if (input === null || input === undefined || input.expectedMs === 0) continue
    const { dueMs = 0, kwh = 0 } = hours.get(startMs) ?? {}
    const longestMs = Math.max(dueMs, input.expectedMs)
    hours.set(startMs, { startMs, endMs, dueMs: due.get(startMs) ?? longestMs, kwh: kwh + input.sum })
  }
  return [...hours.values()]
}

/** Gives what contracts cover of each hour; one that goes on is covered by what they have delivered of it so far. */
function coveredHours(basis: Basis, matching: Matching = matchingOf(basis.version)) {
  const imported = hourlyImport(basis)
  const metered = meteredGeneration(basis, imported, matching)
  const hours = imported.map((hour) => {
    const { startMs, dueMs, kwh } = hour
    return {
      ...hour,
      coverage: coveredKwh(basis.version, startMs, startMs + dueMs, kwh, matching, metered.in(startMs)),
    }
  })
  return { hours, metered: metered.input }
}

/** Purchased heat and steam; `others` is what else the tally is of. */
export function heatOf(basis: Basis, tally: GasTally, others: readonly (InputSum | null)[]): GasAmount {
  for (const { startMs, endMs, inputs } of basis.slices('1h', HEAT)) {
    const [heat] = inputs
    if (heat === null || heat === undefined || heat.expectedMs === 0) continue
    addHeat(tally, startMs, heat.sum, tally.use(basis.version.plantFactors.heat(startMs, endMs)))
  }
  return tally.amount([...others, basis.input(HEAT), boughtSteam(basis, tally)])
}

/**
 * Bought steam, meter by meter and hour by hour, as `addSteam` weighs it. Hours in which a meter that has pressure and temperature lacks
 * one are not known where no enthalpy is configured, and a pipe without flow lacks nothing; before edition 3 of the rules both left the
 * whole window without an enthalpy.
 * @returns what the meters counted, less the time of these hours
 */
function boughtSteam(basis: Basis, tally: GasTally): InputSum | null {
  const { version } = basis
  const { feed_water_kj_kg = 0, enthalpy_kj_kg } = carbonOf(version).purchased_steam ?? {}
  const lost = { coveredMs: 0, estimatedMs: 0 }
  for (const { startMs, endMs, inputs } of basis.slices('1h', PURCHASED_STEAM, ...STEAM)) {
    const [mass = null, pressure = null, temp = null] = inputs
    if (mass === null || mass.expectedMs === 0) continue
    const read = readEnthalpy(pressure, temp)
    const isUnread = version.edition >= 3 && (read.why === 'gap' || (read.why === 'no_steam' && mass.sum === 0))
    if (isUnread && enthalpy_kj_kg === undefined) {
      if (mass.sum === 0) continue
      lost.coveredMs += mass.coveredMs
      lost.estimatedMs += mass.estimatedMs
      continue
    }
    const enthalpy = tally.use(steamEnthalpy(read, enthalpy_kj_kg))
    const factor = tally.use(version.plantFactors.heat(startMs, endMs))
    if (enthalpy !== null) addHeat(tally, startMs, steamHeatGj(mass.sum, enthalpy.value, feed_water_kj_kg), factor)
  }
  const counted = basis.input(PURCHASED_STEAM)
  if (counted === null || lost.coveredMs === 0) return counted
  const { coveredMs, estimatedMs } = counted
  return { ...counted, coveredMs: coveredMs - lost.coveredMs, estimatedMs: estimatedMs - lost.estimatedMs }
}

/** @param factor tCO2/GJ */
function addHeat(tally: GasTally, hourMs: number, gj: number, factor: { readonly value: number } | null): void {
  tally.add(hourMs, { kgCo2e: factor === null ? 0 : gj * factor.value * 1000 })
}

/** From the meter's own pressure and temperature where they are known for most of the hour, else as configured. */
function steamEnthalpy({ kjKg, flags }: ReadEnthalpy, configured: number | undefined): FactorLookup {
  if (kjKg !== null) return { value: kjKg, unit: 'kJ/kg', reason: null, factors: [], flags }
  if (configured === undefined) return NO_ENTHALPY
  return { value: configured, unit: 'kJ/kg', reason: null, factors: [], flags: 0 }
}

const NO_ENTHALPY = missingFactor(
  'bad_config',
  'steam is bought, but its meter sends no pressure and temperature; set carbon.purchased_steam.enthalpy_kj_kg',
)
