import { addFactoredAmounts, amountFigure, type FactoredAmount, FactoredTally } from './amount.js'
import { addBatches, addBatchesAsCounted, addRegister, coverBatches, FUEL_EVENTS, fuelTermsOf, IN_GJ } from './burnt.js'
import { CARRIERS, type Carrier, type Fuel } from './carriers.js'
import { type Basis, FROM_HOURS, FROM_MINUTES, type Kpi, kpi, SUM_NULLS, signedSum, WHOLE } from './recipe.js'
import { addSteam, STEAM_TERMS } from './steam-heat.js'

const BATCHES = 'events fuel_used that name it'
const BATCHES_ZH = '指明该燃料的 fuel_used 事件'

/** Every energy carrier and medium as it is counted, and the heat of those that have one. */
export const ENERGY_CARRIERS: readonly Kpi[] = CARRIERS.flatMap((carrier) => [counted(carrier), ...heat(carrier)])

function counterZh(metric: string): string {
  return `Δ ${metric}（累计值增量）`
}

function isFuel(carrier: Carrier): carrier is Fuel {
  return carrier.kind === 'fuel'
}

function counted(carrier: Carrier): Kpi {
  const { id, name, metric, unit } = carrier
  const facts = {
    id: `energy_${id}`,
    name,
    unit,
    source: 'KPI specification §1.1 and §2',
    confidence: 'project',
    pillar: 'green',
    shape: 'sum',
    windows: FROM_MINUTES,
    scopes: WHOLE,
  } as const
  if (!isFuel(carrier)) {
    const example = `register 10.0 at 08:00 and 12.5 at 09:00: 2.5 ${unit}`
    const members = `every sender of ${metric} but submeters`
    return kpi(
      {
        ...facts,
        formula: `Δ ${metric}`,
        formula_zh: counterZh(metric),
        example,
        members,
        nulls: SUM_NULLS,
        needs: [metric],
      },
      signedSum([[metric, 1]]),
    )
  }
  return kpi(
    {
      ...facts,
      formula: `Δ ${metric} + Σ ${BATCHES}, kg / 1000, GJ / NCV`,
      formula_zh: `Δ ${metric} + Σ ${BATCHES_ZH}，kg / 1000，GJ / NCV`,
      example:
        unit === 't'
          ? 'register 10.0 t and 12.5 t, and an event of 500 kg in the hour: 2.5 + 0.5 = 3.0 t'
          : 'register 1,000 Nm3 and 1,250 Nm3: 250 Nm3',
      members: `every sender of ${metric} but submeters; ${BATCHES}`,
      nulls: `${SUM_NULLS}, where there is no register no_data without an event, bad_config for an event in a unit that is not that of the register, no_factor for GJ without a heating value`,
      needsAny: [metric, FUEL_EVENTS],
    },
    { total: (basis) => countedOf(basis, carrier), add: addFactoredAmounts, figure: amountFigure },
  )
}

function countedOf(basis: Basis, fuel: Fuel): FactoredAmount {
  const tally = new FactoredTally()
  const input = basis.input(fuel.metric)
  if (input !== null) {
    tally.cover(fuel.metric, input)
    tally.plain(input.sum)
  }
  coverBatches(basis, tally, addBatchesAsCounted(basis, fuel, tally))
  return tally.amount
}

function heat(carrier: Carrier): readonly Kpi[] {
  if (carrier.kind === 'medium') return []
  const { id, metric, name } = carrier
  const facts = {
    id: `energy_${id}_gj`,
    name: { en: `${name.en}, heat`, zh: `${name.zh}（热量）` },
    unit: 'GJ',
    pillar: 'green',
    shape: 'sum',
    windows: FROM_HOURS,
    scopes: WHOLE,
  } as const
  if (isFuel(carrier)) return [kpi({ ...facts, ...factsOfFuel(carrier) }, heatOf(carrier))]
  if (carrier.kind === 'steam') {
    return [
      kpi(
        {
          ...facts,
          formula:
            'Σ over hours and meters of mass × (h − energy.feed_water_kj_kg) / 1000, h by IAPWS-IF97 from the mean pressure and temperature, else of energy.steam_class, else carbon.purchased_steam.enthalpy_kj_kg',
          formula_zh:
            '逐小时、逐表 Σ 质量 × (h − energy.feed_water_kj_kg) / 1000，h 由平均压力和温度按 IAPWS-IF97，无则按 energy.steam_class，再无则按 carbon.purchased_steam.enthalpy_kj_kg',
          source: 'KPI specification §2.1; IAPWS R7-97(2012); GB 30251-2024 for the levels',
          confidence: 'secondary_source',
          example: '10 t of the level 1.0MPa, 3,182 kJ/kg: 10 · 3,182 / 1000 = 31.82 GJ',
          members:
            'every sender of steam_mass_t but submeters, with its own steam_pressure_mpa (gauge) and steam_temp_c',
          nulls: `${SUM_NULLS}, bad_config without pressure and temperature, energy.steam_class and carbon.purchased_steam.enthalpy_kj_kg, and for readings that are no steam`,
          needs: [metric],
          uses: STEAM_TERMS.slice(1),
        },
        {
          total: (basis) => {
            const tally = new FactoredTally()
            addSteam(basis, tally, 1)
            return tally.amount
          },
          add: addFactoredAmounts,
          figure: amountFigure,
        },
      ),
    ]
  }
  return [
    kpi(
      {
        ...facts,
        formula: `Δ ${metric}`,
        formula_zh: counterZh(metric),
        source: 'KPI specification §2',
        confidence: 'project',
        example: 'register 10.0 GJ at 08:00 and 12.5 GJ at 09:00: 2.5 GJ',
        members: `every sender of ${metric} but submeters`,
        nulls: SUM_NULLS,
        needs: [metric],
      },
      signedSum([[metric, 1]]),
    ),
  ]
}

function factsOfFuel(fuel: Fuel) {
  const isGas = fuel.id === 'natural_gas'
  return {
    formula: isGas
      ? `Σ over hours of (Δ ${fuel.metric} + ${BATCHES}) × NCV: the mean of ng_ncv_kj_nm3 in the hour, else the plant's own, else that of the table`
      : `Σ over hours of (Δ ${fuel.metric} + ${BATCHES}) × NCV of the plant, else of the table`,
    formula_zh: isGas
      ? `逐小时 Σ (Δ ${fuel.metric} + ${BATCHES_ZH}) × NCV：该小时 ng_ncv_kj_nm3 的均值，无则用工厂的，再无则用因子表的`
      : `逐小时 Σ (Δ ${fuel.metric} + ${BATCHES_ZH}) × 工厂的 NCV，无则用因子表的`,
    source: 'KPI specification §2; GB/T 32150 for default heating values',
    confidence: 'secondary_source',
    example: isGas
      ? '10,000 Nm3 of 38,931 kJ/Nm3: 389.31 GJ'
      : '10 t of 43.33 GJ/t, the default of diesel: 433.3 GJ; events in GJ as they are',
    members: `every sender of ${fuel.metric} but submeters; ${BATCHES}`,
    nulls: `${SUM_NULLS}, no_factor without a heating value, bad_config for one of another unit and for coal without carbon.coal`,
    needsAny: [fuel.metric, FUEL_EVENTS],
    uses: fuelTermsOf(fuel),
  } as const
}

function heatOf(fuel: Fuel) {
  return {
    total: (basis: Basis): FactoredAmount => {
      const tally = new FactoredTally()
      addRegister(basis, fuel, tally, IN_GJ)
      coverBatches(basis, tally, addBatches(basis, fuel, tally, IN_GJ))
      return tally.amount
    },
    add: addFactoredAmounts,
    figure: amountFigure,
  }
}
