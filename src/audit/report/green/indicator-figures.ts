import { hasScope1, kindsOf, scope1Figures } from '../blocks/scope1.js'
import { scope2Figures } from '../blocks/scope2.js'
import { functionCount } from '../centre/centre-tables.js'
import { decimal, multiply, quotient } from '../decimal.js'
import { isMetered, type PlantFacts } from '../facts.js'
import { knownValue, type ReportFigures, unknownValue } from '../figures.js'
import { bilingual } from '../words.js'
import { type RegisterFigures, registerFigures } from './register-figures.js'
import { type StatedMoney, statedCount, statedMoney } from './stated-amounts.js'

/**
 * Indicators of a zero-carbon factory, by the ids of their figures. Source: 工信部联节〔2026〕13号 as self-assessments quote it (secondary
 * sources); the original text was not opened.
 */
export interface IndicatorFigures extends RegisterFigures {
  /** Comprehensive energy with generation on site, tce. */
  readonly energy: string
  /** CO2 with purchased electricity and heat, kg: by location, and by what was bought. */
  readonly co2Lb: string
  readonly co2Mb: string
  /** Energy that is not fossil, tce. */
  readonly nonFossil: string
  /** Electricity that was generated on site and used, and all that was used, kWh. */
  readonly ownKwh: string
  readonly usedKwh: string
  readonly carbonPerTceLb: string
  readonly carbonPerTceMb: string
  readonly nonFossilShare: string
  readonly physicalShare: string
  readonly perValueAdded: string
  readonly perOutputValue: string
  readonly valueAdded: StatedMoney
  readonly outputValue: StatedMoney
  readonly functions: string
  readonly supplyChain: string
  readonly disclosures: string
}

export function indicatorFigures(facts: PlantFacts, figures: ReportFigures): IndicatorFigures {
  const stem = `${facts.plant.id}/green`
  const energy = energyFigure(facts, figures)
  const own = ownGeneration(facts, figures)
  const nonFossil = nonFossilFigure(facts, figures, own.tce)
  const { co2Lb, co2Mb } = co2Figures(facts, figures)
  const usedKwh = figures.days(facts, `${stem}/used_kwh`, {
    ...{ kpi: 'renewable_share', scope: 'plant', id: facts.plant.id, of: 'denominator', unit: 'kWh' },
    name: bilingual('Electricity used: import and generation less export', '用电量：外购与自发之和减外送'),
  })
  const perTce = (id: string, en: string, zh: string, of: string) =>
    figures.quotient(
      `${stem}/${id}`,
      bilingual(`CO2 of a tonne of coal equivalent, ${en}`, `单位能耗碳排放（${zh}）`),
      'tCO2/tce',
      [of, energy],
      0.001,
    )
  const share = (id: string, en: string, zh: string, of: readonly [string, string]) =>
    figures.quotient(`${stem}/${id}`, bilingual(en, zh), '%', of, 100)
  return {
    ...{ energy, co2Lb, co2Mb, nonFossil, ownKwh: own.kwh, usedKwh },
    carbonPerTceLb: perTce('carbon_per_tce_lb', 'location-based', '基于位置', co2Lb),
    carbonPerTceMb: perTce('carbon_per_tce_mb', 'market-based', '基于市场', co2Mb),
    nonFossilShare: share('non_fossil_share', 'Share of non-fossil energy', '非化石能源消费占比', [nonFossil, energy]),
    physicalShare: share(
      'physical_share',
      'Share of physically identified non-fossil electricity',
      '非化石能源电力消费物理认定量占比',
      [own.kwh, usedKwh],
    ),
    ...intensities(facts, figures, energy),
    ...registerFigures(facts, figures),
    functions: functionCount(facts, figures),
    supplyChain: statedCount(facts, figures, 'supply_chain_measures'),
    disclosures: statedCount(facts, figures, 'disclosures'),
  }
}

function ofPlant(facts: PlantFacts, figures: ReportFigures, kpi: string, isReported = false): string {
  const id = facts.plant.id
  return figures.days(facts, `${id}/${kpi}`, { kpi, scope: 'plant', id, isReported })
}

function hasGeneration(facts: PlantFacts): boolean {
  return (
    facts.days('energy_comprehensive_pv', 'plant', facts.plant.id).length > 0 || isMetered(facts, ['renew_onsite_kwh'])
  )
}

/** Energy from outside, on the basis of electricity that the plant has chosen, and what it generated and used itself. */
function energyFigure(facts: PlantFacts, figures: ReportFigures): string {
  const parts = [ofPlant(facts, figures, 'energy_comprehensive')]
  if (hasGeneration(facts)) parts.push(ofPlant(facts, figures, 'energy_comprehensive_pv'))
  const name = bilingual('Comprehensive energy with generation on site', '综合能源消费量（含自发自用）')
  return figures.sum(`${facts.plant.id}/green/energy`, name, 'tce', parts)
}

/** Generation on site that the plant used, tce and kWh: contracts and certificates are no part of it. */
function ownGeneration(facts: PlantFacts, figures: ReportFigures): { readonly tce: string; readonly kwh: string } {
  const stem = `${facts.plant.id}/green`
  const name = bilingual('Electricity generated on site and used', '自发自用非化石电量')
  if (!hasGeneration(facts)) {
    const tce = figures.count(`${stem}/own_tce`, name, 'tce', '0', 'no generation on site')
    return { tce, kwh: figures.count(`${stem}/own_kwh`, name, 'kWh', '0', 'no generation on site') }
  }
  const tce = ofPlant(facts, figures, 'energy_comprehensive_pv')
  const rate = electricityRate(facts, figures, 'equivalent')
  const kwh = figures.rule(`${stem}/own_kwh`, name, 'kWh', {
    formula: 'green_own_kwh',
    of: [tce, rate],
    value: (amount, each) => {
      const value = quotient(amount!, each!, 1000)
      return value === null ? unknownValue('no_denominator') : knownValue(value)
    },
  })
  return { tce, kwh }
}

/** Coal equivalent of a kWh by either basis, where all configurations of the period have the same one. */
function electricityRate(facts: PlantFacts, figures: ReportFigures, basis: 'equivalent' | 'primary'): string {
  const { versions, startMs, endMs } = facts
  const answers = versions.map(({ plantFactors, fromMs }, i) => {
    const until = versions[i + 1]?.fromMs ?? endMs
    return plantFactors.electricityEquivalent(basis, Math.max(fromMs, startMs), Math.min(until, endMs))
  })
  const [first] = answers
  const isOne = first !== undefined && answers.every(({ value }) => value === first.value)
  const name = bilingual('Coal equivalent of electricity', '电力折标系数')
  const id = `${facts.plant.id}/green/kgce_per_kwh_${basis}`
  const value = isOne && first.value !== null ? decimal(first.value) : null
  return figures.statement(id, name, 'kgce/kWh', value, first?.factors.join(',') ?? `electricity_${basis}`)
}

/** Generation on site, and what contracts at 0 kgCO2e/kWh cover of the import, as the plant matches them. */
function nonFossilFigure(facts: PlantFacts, figures: ReportFigures, own: string): string {
  const { id } = facts.plant
  const stem = `${id}/green`
  const { matching, electricity_basis: basis } = facts.options.carbon
  const name = bilingual('Import covered by non-fossil contracts', '非化石合同覆盖的外购电量')
  const hasContracts = facts.versions.some(({ options }) => (options?.contracts.length ?? 0) > 0)
  const covered = hasContracts
    ? figures.days(facts, `${stem}/covered_kwh`, {
        ...{ kpi: `clean_energy_matched_${matching}`, scope: 'plant', id, unit: 'kWh', name },
      })
    : figures.count(`${stem}/covered_kwh`, name, 'kWh', '0', 'no contracts')
  const of = hasContracts ? [covered, electricityRate(facts, figures, basis)] : [covered]
  const isOneBasis = facts.versions.every(({ options }) => (options?.carbon.electricity_basis ?? basis) === basis)
  const tce = figures.rule(`${stem}/covered_tce`, bilingual(`${name.en}, tce`, `${name.zh}，tce`), 'tce', {
    formula: 'green_covered_tce',
    of,
    value: (kwh, rate) => {
      if (rate === undefined) return knownValue('0')
      return isOneBasis ? knownValue(multiply(multiply(kwh!, rate), '0.001')) : unknownValue('bad_config')
    },
  })
  return figures.sum(`${stem}/non_fossil`, bilingual('Non-fossil energy', '非化石能源消费量'), 'tce', [own, tce])
}

/** CO2 of fuels and processes, and of purchased electricity and heat; leaks of other gases are no CO2. */
function co2Figures(facts: PlantFacts, figures: ReportFigures): { readonly co2Lb: string; readonly co2Mb: string } {
  const plant = facts.plant.id
  const { total, kinds: all } = scope1Figures(facts, figures)
  const kinds = kindsOf(facts).filter((kind) => kind !== 'scope1_fugitive')
  const isByGas = facts.options.carbon.combustion === 'ipcc'
  // By a statement that there is no source, the CO2 of sources is the 0 of all gases.
  const none = all.length === 0 && hasScope1(facts) ? [total] : []
  const direct = isByGas
    ? kinds.length === 0
      ? none
      : [figures.days(facts, `${plant}/green/direct_co2`, { kpi: 'scope1_co2', scope: 'plant', id: plant })]
    : [...none, ...kinds.map((kind) => `${plant}/${kind}`)]
  const { locationBased, marketBased } = scope2Figures(facts, figures)
  const sum = (id: string, en: string, zh: string, bought: string) => {
    const name = bilingual(`CO2 with purchased energy, ${en}`, `碳排放量（CO2，含外购能源，${zh}）`)
    return figures.sum(`${plant}/green/${id}`, name, 'kgCO2', [...direct, bought])
  }
  return {
    co2Lb: sum('co2_lb', 'location-based', '基于位置', locationBased),
    co2Mb: sum('co2_mb', 'market-based', '基于市场', marketBased),
  }
}

function intensities(facts: PlantFacts, figures: ReportFigures, energy: string) {
  const valueAdded = statedMoney(facts, figures, 'value_added')
  const outputValue = statedMoney(facts, figures, 'output_value')
  const over = (id: string, en: string, zh: string, money: StatedMoney) =>
    figures.quotient(
      `${facts.plant.id}/green/${id}`,
      bilingual(en, zh),
      money.currency === '1' ? 'tce/1e4' : `tce/1e4${money.currency}`,
      [energy, money.id],
      10_000,
    )
  return {
    ...{ valueAdded, outputValue },
    perValueAdded: over('energy_per_value_added', 'Energy of value added', '单位工业增加值能耗', valueAdded),
    perOutputValue: over('energy_per_output_value', 'Energy of output value', '单位产值能耗', outputValue),
  }
}
