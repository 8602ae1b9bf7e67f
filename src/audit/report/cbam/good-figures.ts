import { type CbamGood, overlapsOf } from '../../../base/options/cbam.js'
import type { Text } from '../../../base/report.js'
import { scope1Figures } from '../blocks/scope1.js'
import { scope2Figures } from '../blocks/scope2.js'
import { add, decimal, multiply, quotient } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures, unknownValue } from '../figures.js'
import { bilingual } from '../words.js'
import { usedValue } from './markup.js'

type Produced = CbamGood['produced'][number]

/** Figures of one good, by id. */
export interface GoodFigures {
  readonly mass: string
  readonly direct: string
  readonly kwh: string
  readonly seeDirect: string
  readonly kwhPerT: string
  readonly factor: string
  readonly seeIndirect: string
  readonly embeddedDirect: string
  readonly embeddedIndirect: string
  readonly defaultShare: string
}

/** Mass, attributed emissions and embedded emissions of a good. Source: KPI specification §6 (fields from memory). */
export function goodFigures(facts: PlantFacts, figures: ReportFigures, good: CbamGood): GoodFigures {
  const stem = `${facts.plant.id}/cbam/${good.id}`
  const title = (en: string, zh: string) => bilingual(`${good.id}: ${en}`, `${good.id}：${zh}`)
  const mass = massFigure(facts, figures, good, stem)
  const direct = attributed(facts, figures, {
    id: `${stem}/direct`,
    name: title('attributed direct emissions', '归属直接排放'),
    unit: 'kgCO2e',
    share: good.direct_share,
    total: scope1Figures(facts, figures).total,
    devices: good.direct_devices,
    kpi: 'scope1_co2e',
  })
  const consumed = figures.days(facts, `${facts.plant.id}/energy_elec_consumed`, {
    kpi: 'energy_elec_consumed',
    scope: 'plant',
    id: facts.plant.id,
  })
  const kwh = attributed(facts, figures, {
    id: `${stem}/kwh`,
    name: title('electricity', '电量'),
    unit: 'kWh',
    share: good.electricity_share,
    total: consumed,
    devices: good.electricity_devices,
    kpi: 'energy_elec_import',
  })
  const kgPerT = figures.quotient(`${stem}/kg_per_t`, title('kg a tonne', '每吨千克'), 'kgCO2e/t', [direct, mass])
  const seeDirect = scaled(figures, `${stem}/see_direct`, title('SEE direct', '直接强度'), kgPerT)
  const kwhPerT = figures.quotient(`${stem}/kwh_per_t`, title('electricity a tonne', '吨电耗'), 'kWh/t', [kwh, mass])
  const factor = electricityFactor(facts, figures)
  const seeIndirect = figures.rule(`${stem}/see_indirect`, title('SEE indirect', '间接强度'), 'tCO2e/t', {
    formula: 'cbam_electricity',
    of: [kwhPerT, factor],
    value: (per, ef) => knownValue(multiply(multiply(per!, ef!), '0.001')),
  })
  const embedded = (name: string, own: string, key: 'see_direct' | 'see_indirect', zh: string) =>
    figures.rule(`${stem}/embedded_${name}`, title(`SEE ${name} with precursors`, zh), 'tCO2e/t', {
      formula: 'cbam_embedded',
      of: [own],
      value: (see) =>
        knownValue(
          add(see!, ...good.precursors.map((one) => multiply(decimal(one.t_per_t), usedValue(facts, one, key)))),
        ),
    })
  const embeddedDirect = embedded('direct', seeDirect, 'see_direct', '含前体直接强度')
  const embeddedIndirect = embedded('indirect', seeIndirect, 'see_indirect', '含前体间接强度')
  const defaults = good.precursors
    .filter(({ is_default }) => is_default)
    .map((one) =>
      multiply(decimal(one.t_per_t), add(usedValue(facts, one, 'see_direct'), usedValue(facts, one, 'see_indirect'))),
    )
  const defaultShare = figures.rule(`${stem}/default_share`, title('share of default values', '缺省值占比'), '%', {
    formula: 'cbam_default_share',
    of: [embeddedDirect, embeddedIndirect],
    value: (a, b) => {
      const share = quotient(add('0', ...defaults), add(a!, b!), 100)
      return share === null ? unknownValue('no_denominator') : knownValue(share)
    },
  })
  return { mass, direct, kwh, seeDirect, kwhPerT, factor, seeIndirect, embeddedDirect, embeddedIndirect, defaultShare }
}

function scaled(figures: ReportFigures, id: string, name: Text, kg: string): string {
  return figures.rule(id, name, 'tCO2e/t', {
    formula: 'cbam_embedded',
    of: [kg],
    value: (value) => knownValue(multiply(value!, '0.001')),
  })
}

/**
 * Tonnes that were made: pieces by what each weighs, or as weighed and stated for all of the period. Statements that overlap
 * may be of the same tonnes or of others, so with them nothing is known (`bad_config`), and the source names them; the editions
 * of the rules before the third added them all.
 */
function massFigure(facts: PlantFacts, figures: ReportFigures, good: CbamGood, stem: string): string {
  const name = bilingual(`${good.id}: tonnes made`, `${good.id}：产量`)
  if (good.counted_by !== undefined) {
    const pieces = good.counted_by.map((device) => {
      return figures.days(facts, `${stem}/pieces/${device}`, {
        kpi: 'good_units',
        scope: 'device',
        id: device,
        name: bilingual(`${device}: good pieces`, `${device}：合格品`),
      })
    })
    const all = figures.sum(`${stem}/pieces`, bilingual(`${good.id}: pieces`, `${good.id}：件数`), 'pcs', pieces)
    return figures.rule(`${stem}/mass`, name, 't', {
      formula: 'cbam_mass',
      of: [all],
      value: (count) => knownValue(multiply(count!, multiply(decimal(good.kg_per_piece!), '0.001'))),
    })
  }
  const { from, to } = facts.period
  const stated = good.produced
    .filter((one) => one.from >= from && one.to <= to)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
  const overlaps = facts.edition < 3 ? [] : overlapsOf(stated)
  if (overlaps.length > 0) {
    const entry = (one: Produced) => `${one.source} (${one.from}/${one.to})`
    const source = overlaps.map(([one, other]) => `${entry(one)} ∩ ${entry(other)}`).join('; ')
    return figures.statement(`${stem}/mass`, name, 't', null, source, 'bad_config')
  }
  let until = from
  for (const one of stated) if (one.from === until) until = one.to
  const value = stated.length > 0 && until === to ? add(...stated.map(({ t }) => decimal(t))) : null
  return figures.statement(`${stem}/mass`, name, 't', value, stated.map(({ source }) => source).join('; '))
}

interface Attribution {
  readonly id: string
  readonly name: Text
  readonly unit: string
  readonly share: number | undefined
  readonly total: string
  readonly devices: readonly string[] | undefined
  readonly kpi: 'scope1_co2e' | 'energy_elec_import'
}

function attributed(facts: PlantFacts, figures: ReportFigures, wanted: Attribution): string {
  const { id, name, unit, share, total, devices, kpi } = wanted
  if (devices !== undefined) {
    const parts = devices.map((device) =>
      figures.days(facts, `${id}/${device}`, {
        kpi,
        scope: 'device',
        id: device,
        name: bilingual(`${device}: ${kpiOf(kpi).name.en}`, `${device}：${kpiOf(kpi).name.zh}`),
      }),
    )
    return figures.sum(id, name, unit, parts)
  }
  return figures.rule(id, name, unit, {
    formula: 'share_of',
    of: [total],
    value: (value) =>
      share === undefined ? unknownValue('not_configured') : knownValue(multiply(value!, decimal(share))),
  })
}

/** Factor by which electricity counts in the goods: the configured one, else that of the location. */
export function electricityFactor(facts: PlantFacts, figures: ReportFigures): string {
  const name = bilingual('Factor of electricity', '电力因子')
  const { electricity } = facts.options.report.cbam ?? {}
  const id = `${facts.plant.id}/cbam/electricity_factor`
  if (electricity !== undefined) {
    return figures.statement(id, name, 'kgCO2e/kWh', decimal(electricity.kg_per_kwh), electricity.source)
  }
  const { electricityLb, importKwh } = scope2Figures(facts, figures)
  return figures.quotient(id, name, 'kgCO2e/kWh', [electricityLb, importKwh])
}
