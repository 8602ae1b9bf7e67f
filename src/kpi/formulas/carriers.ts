import type { EnergyOptions } from '../../base/options/energy.js'

/** Units that energy carriers are counted in; `Nm3` at 0 °C and 101.325 kPa. */
export type CarrierUnit = 't' | 'Nm3' | 'GJ' | 'm3'

/** Something that brings energy to a plant, or that took energy to make: one register, and how it is computed. */
export interface Carrier {
  /** The KPI is `energy_<id>`, and of its heat `energy_<id>_gj`. */
  readonly id: string
  readonly name: { readonly en: string; readonly zh: string }
  readonly metric: string
  readonly unit: CarrierUnit
  /** A medium counts only where it is bought, and has no heating value. */
  readonly kind: 'fuel' | 'steam' | 'heat' | 'medium'
  /** Names of a fuel: that in the tables first, then others under which events name what is counted with it. */
  readonly fuels: readonly string[]
}

export interface Fuel extends Carrier {
  readonly unit: 't' | 'Nm3'
  readonly kind: 'fuel'
}

/** Coals differ, but they are one carrier; a register counts the one that the configuration names. */
const COALS = [
  ...['coal', 'anthracite', 'bituminous_coal', 'lignite', 'washed_coal', 'other_washed_coal', 'briquette', 'coke'],
]

export const FUELS: readonly Fuel[] = [
  fuel('natural_gas', 'Natural gas', '天然气用量', 'ng_volume_nm3', 'Nm3'),
  { ...fuel('coal', 'Coal', '煤炭用量', 'coal_mass_t', 't'), fuels: COALS },
  fuel('diesel', 'Diesel', '柴油用量', 'diesel_mass_t', 't'),
  fuel('gasoline', 'Gasoline', '汽油用量', 'gasoline_mass_t', 't'),
  fuel('lpg', 'LPG', '液化石油气用量', 'lpg_mass_t', 't'),
]

/** Every carrier but electricity. Source: KPI specification §1.1. */
export const CARRIERS: readonly Carrier[] = [
  ...FUELS,
  carrier('steam', 'Steam', '蒸汽用量', 'steam_mass_t', 't', 'steam'),
  carrier('heat', 'Purchased heat', '外购热力', 'heat_gj', 'GJ', 'heat'),
  carrier('water_fresh', 'Fresh water', '新水用量', 'water_fresh_m3', 'm3', 'medium'),
  carrier('water_reused', 'Reused water', '回用水量', 'water_reused_m3', 'm3', 'medium'),
  carrier('comp_air', 'Compressed air', '压缩空气用量', 'comp_air_nm3', 'Nm3', 'medium'),
  carrier('o2', 'Oxygen', '氧气用量', 'o2_nm3', 'Nm3', 'medium'),
  carrier('n2', 'Nitrogen', '氮气用量', 'n2_nm3', 'Nm3', 'medium'),
]

/** Measured net heating value of natural gas. */
export const NCV_METRIC = 'ng_ncv_kj_nm3'

/** Working media that may be bought: the register, its unit, and the name in the table of coal equivalents. */
export const MEDIA: Readonly<
  Record<
    EnergyOptions['bought'][number],
    { readonly metric: string; readonly unit: CarrierUnit; readonly name: string }
  >
> = {
  water_fresh: { metric: 'water_fresh_m3', unit: 'm3', name: 'water_fresh' },
  comp_air: { metric: 'comp_air_nm3', unit: 'Nm3', name: 'compressed_air' },
  o2: { metric: 'o2_nm3', unit: 'Nm3', name: 'oxygen' },
  n2_byproduct: { metric: 'n2_nm3', unit: 'Nm3', name: 'nitrogen_byproduct' },
  n2_main: { metric: 'n2_nm3', unit: 'Nm3', name: 'nitrogen_main' },
}

function fuel(id: string, en: string, zh: string, metric: string, unit: 't' | 'Nm3'): Fuel {
  return { id, name: { en, zh }, metric, unit, kind: 'fuel', fuels: [id] }
}

function carrier(
  id: string,
  en: string,
  zh: string,
  metric: string,
  unit: CarrierUnit,
  kind: Exclude<Carrier['kind'], 'fuel'>,
): Carrier {
  return { id, name: { en, zh }, metric, unit, kind, fuels: [] }
}
