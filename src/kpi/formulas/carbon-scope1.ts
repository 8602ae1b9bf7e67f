import { carbonOf } from '../settings/sources.js'
import { addGasAmounts, type GasAmount, gasFigureOf } from './carbon-amount.js'
import { BIOGENIC_TERMS, biogenicOf, SOURCE_KINDS, type SourceKind, scope1Of, sourceTermsOf } from './carbon-sources.js'
import { FROM_HOURS, type Kpi, type KpiFacts, kpi, WHOLE } from './recipe.js'

const SOURCE = 'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)'
const NULLS =
  'no_data or low_coverage of any meter below 75 % of the expected time; no_factor or bad_config when a source has no factor'
const FUEL_MEMBERS =
  'registers of fuel of every sender but submeters (a device: its own), and events fuel_used; by carbon.mobile, carbon.measured and carbon.method'

const COMMON = { source: SOURCE, pillar: 'green', shape: 'sum', windows: FROM_HOURS, scopes: WHOLE } as const

type Facts = Pick<
  KpiFacts,
  'id' | 'name' | 'unit' | 'formula' | 'formula_zh' | 'confidence' | 'example' | 'members' | 'isThere'
>

/** Direct emissions and their parts. Source: KPI specification §2.2. */
export const CARBON_SCOPE1: readonly Kpi[] = [
  scope1(
    {
      id: 'scope1_co2e',
      name: { en: 'Direct emissions (scope 1)', zh: '直接排放（范围一）' },
      unit: 'kgCO2e',
      formula: 'stationary + mobile + process + fugitive, hour by hour with the factors of the hour',
      formula_zh: '固定燃烧 + 移动燃烧 + 工业过程 + 逸散，逐小时采用当时的因子',
      confidence: 'secondary_source',
      example: 'S10: 10,000 Nm3 of gas · 389.31 GJ/10⁴Nm3 · 0.0153 tC/GJ · 0.99 · 44/12 = 21,621.9 kg',
      members: FUEL_MEMBERS,
    },
    SOURCE_KINDS,
  ),
  scope1(
    {
      id: 'scope1_stationary',
      name: { en: 'Scope 1, stationary combustion', zh: '范围一：固定燃烧' },
      unit: 'kgCO2e',
      formula:
        'Σ fuel · NCV · CC · OF · 44/12, or by IPCC Σ fuel · NCV · EF · GWP; CO2 of measured stacks in its place',
      formula_zh: 'Σ 燃料 · NCV · CC · OF · 44/12，或按 IPCC Σ 燃料 · NCV · EF · GWP；有实测的排气筒以实测 CO2 代替',
      confidence: 'secondary_source',
      example: 'O11: 1000 t · 20 GJ/t · 0.02749 tC/GJ · 0.94 · 44/12 = 1894.98 t',
      members: FUEL_MEMBERS,
    },
    ['stationary', 'measured'],
  ),
  scope1(
    {
      id: 'scope1_mobile',
      name: { en: 'Scope 1, vehicles', zh: '范围一：移动燃烧' },
      unit: 'kgCO2e',
      formula: 'the same of fuel that drives vehicles: of the devices in carbon.mobile, else diesel and gasoline',
      formula_zh: '算法同上，车辆用燃料：carbon.mobile 所列设备，未列时为柴油和汽油',
      confidence: 'project',
      example: 'diesel 1 t · 43.33 GJ/t · 0.0202 tC/GJ · 0.98 · 44/12 · 1000 = 3145.1 kg',
      members: FUEL_MEMBERS,
    },
    ['mobile'],
  ),
  scope1(
    {
      id: 'scope1_process',
      name: { en: 'Scope 1, processes', zh: '范围一：工业过程' },
      unit: 'kgCO2e',
      formula: 'Σ t of material · process factor',
      formula_zh: 'Σ 原料量 t · 过程因子',
      confidence: 'secondary_source',
      example: '10 t of limestone · 0.440 tCO2/t · 1000 = 4400 kg',
      members: 'events process_input',
    },
    ['process'],
  ),
  scope1(
    {
      id: 'scope1_fugitive',
      name: { en: 'Scope 1, leaks', zh: '范围一：逸散' },
      unit: 'kgCO2e',
      formula: 'Σ kg filled in · GWP of the plant’s set; mixtures by their parts',
      formula_zh: 'Σ 充注量 kg · 工厂所选 GWP；混合物按组分',
      confidence: 'secondary_source',
      example: '2 kg of HFC-134a · 1530 (AR6) = 3060 kg',
      members: 'events refrigerant_refill: what is filled in had leaked',
    },
    ['fugitive'],
  ),
  scope1(
    {
      id: 'scope1_measured',
      name: { en: 'Measured CO2 of stacks', zh: '实测二氧化碳' },
      unit: 'kgCO2',
      formula:
        'pollutant_mass_co2 of these stacks: Σ over valid hours of CO2 % / 100 · Q · 44.0095 / 22.414, both in dry gas; a part of stationary combustion',
      formula_zh:
        '所涉排气筒的 pollutant_mass_co2：有效小时 Σ CO2 % / 100 · Q · 44.0095 / 22.414，均为干基；属于固定燃烧',
      confidence: 'secondary_source',
      example:
        'a wet analyser reads 10 % at 20 % of water, 10,000 Nm3/h dry for an hour: 0.125 · 10,000 · 1.9635 = 2,454 kg',
      members:
        'stacks with co2_pct and stack_flow_nm3h, or their velocity and stack.area_m2: those in carbon.measured, all with carbon.method: measurement',
    },
    ['measured'],
  ),
  kpi(
    {
      id: 'biogenic_co2',
      name: { en: 'CO2 of biomass, beside the total', zh: '生物质二氧化碳（单列）' },
      unit: 'kgCO2',
      formula: 'Σ CO2 of the fuels in carbon.biogenic; never in the total, which has their CH4 and N2O',
      formula_zh: 'Σ carbon.biogenic 所列燃料的 CO2；不计入合计，合计中含其 CH4 和 N2O',
      confidence: 'secondary_source',
      example: '1 t of wood · 15 GJ/t · 0.03 tC/GJ · 1 · 44/12 · 1000 = 1650 kg, and 0 kg in the total',
      members: 'events fuel_used of fuels in carbon.biogenic, and registers of fuel that it names',
      nulls:
        'no_factor when such a fuel has no factors; no_data or low_coverage of any meter below 75 % of the expected time',
      ...COMMON,
      ...BIOGENIC_TERMS,
      event: 'fuel_used',
    },
    { total: biogenicOf, add: addGasAmounts, figure: (amount) => gasFigureOf(amount, amount.kgBiogenic) },
  ),
  ...(
    [
      ['scope1_co2', 'CO2', '二氧化碳', 'kgCo2', '1 t of diesel by IPCC · 43 GJ/t · 74.1 kg/GJ = 3186.3 kg'],
      ['scope1_ch4', 'CH4', '甲烷', 'kgCh4', '1 t of diesel by IPCC · 43 GJ/t · 3 g/GJ = 0.129 kg'],
      ['scope1_n2o', 'N2O', '氧化亚氮', 'kgN2o', '1 t of diesel by IPCC · 43 GJ/t · 0.6 g/GJ = 0.0258 kg'],
    ] as const
  ).map(([id, en, zh, gas, example]) =>
    scope1(
      {
        id,
        name: { en: `Scope 1, ${en} alone`, zh: `范围一：${zh}` },
        unit: `kg${en}`,
        formula: `Σ ${en} of all sources, before its warming potential`,
        formula_zh: `Σ 全部排放源的 ${en}，未乘 GWP`,
        confidence: 'secondary_source',
        example,
        members: FUEL_MEMBERS,
        isThere: (version) => carbonOf(version).combustion === 'ipcc',
      },
      SOURCE_KINDS,
      (amount) => amount[gas],
    ),
  ),
]

function scope1(
  facts: Facts,
  kinds: readonly SourceKind[],
  of: (amount: GasAmount) => number = (amount) => amount.kgCo2e,
): Kpi {
  return kpi(
    { ...facts, ...COMMON, nulls: NULLS, ...sourceTermsOf(kinds) },
    {
      total: (basis) => scope1Of(basis, kinds),
      add: addGasAmounts,
      figure: (amount) => gasFigureOf(amount, of(amount)),
    },
  )
}
