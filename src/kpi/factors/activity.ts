/**
 * An activity says what a factor is for, as a word that programs compare: `grid_electricity`, `fuel.diesel.ncv`,
 * `gwp.ar6.ch4`. The tables and a plant's own factors use the same words, and each word has its units.
 */

/** Heating value that the energy of a factor is counted by, net or gross: the two are never multiplied with each other. */
export type HeatBasis = 'ncv' | 'hhv' | null

interface Quantity {
  readonly activity: RegExp
  /** For a sentence: how such a word looks. */
  readonly example: string
  readonly heat: HeatBasis
  /** True when a plant may have such a factor of its own. */
  readonly isOwnAllowed: boolean
  /** Units it may come in: the unit that is used, and by what the number is multiplied. */
  readonly units: Readonly<Record<string, readonly [unit: string, scale: number]>>
}

/** Exact. Source: international avoirdupois pound. */
const KG_PER_LB = 0.45359237

const ELECTRICITY = {
  'kgCO2/kWh': ['kgCO2/kWh', 1],
  'kgCO2e/kWh': ['kgCO2e/kWh', 1],
  'tCO2/MWh': ['kgCO2/kWh', 1],
  'tCO2e/MWh': ['kgCO2e/kWh', 1],
  'gCO2/kWh': ['kgCO2/kWh', 0.001],
  'gCO2e/kWh': ['kgCO2e/kWh', 0.001],
  'lbCO2/MWh': ['kgCO2/kWh', KG_PER_LB / 1000],
  'lbCO2e/MWh': ['kgCO2e/kWh', KG_PER_LB / 1000],
} as const

const NCV = {
  'GJ/t': ['GJ/t', 1],
  'TJ/Gg': ['GJ/t', 1],
  'MJ/kg': ['GJ/t', 1],
  'kJ/kg': ['GJ/t', 0.001],
  'GJ/1e4Nm3': ['GJ/1e4Nm3', 1],
  'kJ/Nm3': ['GJ/1e4Nm3', 0.01],
  'MJ/Nm3': ['GJ/1e4Nm3', 10],
} as const

const COAL = {
  'kgce/kg': ['kgce/kg', 1],
  'kgce/t': ['kgce/t', 1],
  'kgce/m3': ['kgce/m3', 1],
  'kgce/kWh': ['kgce/kWh', 1],
  'kgce/MJ': ['kgce/MJ', 1],
} as const

const QUANTITIES: readonly Quantity[] = [
  quantity(/^(grid_electricity|grid_electricity_residual|supplier_electricity)$/, 'grid_electricity', ELECTRICITY),
  {
    // Never a factor of scope 2: a life-cycle figure, the figures of the ETS, and those of a superseded series.
    ...quantity(
      /^(grid_electricity_(fossil|ets|ndrc)|electricity_(life_cycle|nonfossil))$/,
      'electricity_life_cycle',
      ELECTRICITY,
    ),
    isOwnAllowed: false,
  },
  quantity(/^heat$/, 'heat', {
    'tCO2/GJ': ['tCO2/GJ', 1],
    'tCO2e/GJ': ['tCO2e/GJ', 1],
    'kgCO2/GJ': ['tCO2/GJ', 0.001],
    'kgCO2e/GJ': ['tCO2e/GJ', 0.001],
  }),
  quantity(/^process\.[a-z0-9_]+$/, 'process.caco3', {
    'tCO2/t': ['tCO2/t', 1],
    'tCO2e/t': ['tCO2e/t', 1],
    'kgCO2/t': ['tCO2/t', 0.001],
    'tCO2/t CaCO3': ['tCO2/t', 1],
  }),
  { ...quantity(/^(fuel|ipcc)\.[a-z0-9_]+\.ncv$/, 'fuel.natural_gas.ncv', NCV), heat: 'ncv' },
  {
    ...quantity(/^fuel\.[a-z0-9_]+\.carbon_content$/, 'fuel.natural_gas.carbon_content', {
      'tC/GJ': ['tC/GJ', 1],
      'tC/TJ': ['tC/GJ', 0.001],
    }),
    heat: 'ncv',
  },
  quantity(/^fuel\.[a-z0-9_]+\.oxidation_factor$/, 'fuel.natural_gas.oxidation_factor', {
    '1': ['1', 1],
    '%': ['1', 0.01],
  }),
  {
    ...quantity(/^fuel\.[a-z0-9_]+\.combustion_co2$/, 'fuel.diesel.combustion_co2', {
      'tCO2/t': ['tCO2/t', 1],
      'tCO2/1e4Nm3': ['tCO2/1e4Nm3', 1],
    }),
    // Made of the other three, and only they are used.
    isOwnAllowed: false,
  },
  ...(['co2', 'ch4', 'n2o'] as const).map((gas): Quantity => {
    const unit = `kg${gas.toUpperCase()}/TJ(NCV)`
    const activity = new RegExp(`^ipcc\\.[a-z0-9_]+\\.${gas}$`)
    return { ...quantity(activity, `ipcc.natural_gas.${gas}`, { [unit]: [unit, 1] }), heat: 'ncv' }
  }),
  ...(['co2', 'ch4', 'n2o'] as const).map((gas): Quantity => {
    const unit = `kg${gas.toUpperCase()}/mmBtu`
    const activity = new RegExp(`^hhv\\.[a-z0-9_]+\\.${gas}$`)
    return {
      ...quantity(activity, `hhv.natural_gas.${gas}`, { [unit]: [unit, 1] }),
      heat: 'hhv',
      isOwnAllowed: false,
    }
  }),
  {
    ...quantity(/^hhv\.[a-z0-9_]+\.heat_content$/, 'hhv.natural_gas.heat_content', {
      'mmBtu/scf': ['mmBtu/scf', 1],
      'mmBtu/short_ton': ['mmBtu/short_ton', 1],
    }),
    heat: 'hhv',
    isOwnAllowed: false,
  },
  quantity(/^gwp\.ar[456]\.[a-z0-9_]+$/, 'gwp.ar6.hfc134a', { 'kgCO2e/kg': ['kgCO2e/kg', 1] }),
  quantity(/^coal_equivalent\.[a-z0-9_]+$/, 'coal_equivalent.electricity_primary', COAL),
]

function quantity(activity: RegExp, example: string, units: Quantity['units']): Quantity {
  return { activity, example, units, heat: null, isOwnAllowed: true }
}

/** Words that a plant's own factors may be for, one of each form. */
export const OWN_ACTIVITY_EXAMPLES: readonly string[] = [
  'grid_electricity_residual',
  'supplier_electricity',
  ...QUANTITIES.filter((one) => one.isOwnAllowed).map((one) => one.example),
].sort()

/** True when a plant may have a factor of its own for the activity. */
export function isOwnActivity(activity: string): boolean {
  return quantityOf(activity)?.isOwnAllowed === true
}

export interface Measure {
  /** In `unit`. */
  readonly value: number
  readonly unit: string
  readonly heat: HeatBasis
}

/**
 * A number in the unit that figures use, or the units that would do: none when nobody knows the activity. A number of a
 * gross heating value has no unit that a net one takes, so that the two are never combined.
 */
export function measured(
  activity: string,
  value: number,
  unit: string,
): Measure | { readonly units: readonly string[] } {
  const found = quantityOf(activity)
  const target = found !== undefined && Object.hasOwn(found.units, unit) ? found.units[unit] : undefined
  if (found === undefined || target === undefined) return { units: Object.keys(found?.units ?? {}) }
  return { value: value * target[1], unit: target[0], heat: found.heat }
}

function quantityOf(activity: string): Quantity | undefined {
  return QUANTITIES.find((one) => one.activity.test(activity))
}

/** CO2 alone although the activity gives off other greenhouse gases too: electricity, heat, combustion by carbon. */
export function isCo2OnlyActivity(activity: string, unit: string): boolean {
  return /CO2(?!e)/.test(unit) && /electricity|^heat$|combustion_co2$/.test(activity)
}
