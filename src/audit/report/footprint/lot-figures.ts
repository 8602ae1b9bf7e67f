import type { Text } from '../../../base/report.js'
import { FUEL_METERS } from '../../../kpi/settings/sources.js'
import { decimal, multiply, quotient } from '../decimal.js'
import { isMetered, type PlantFacts } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures, unknownValue } from '../figures.js'
import { bilingual } from '../words.js'
import type { InputFigures, LotContext, LotFigures, LotPart } from './lot.js'
import type { LotFacts } from './lot-facts.js'
import { hoursFigure, type LotHours } from './lot-hours.js'
import { inputFigures } from './lot-inputs.js'
import { meteredShare, primaryShare } from './primary-share.js'

/**
 * Footprint of a lot from the gate of the suppliers to that of the plant: what its line used in its hours, with the emissions that the
 * carbon KPIs give it, allocated; and what suppliers declare of its inputs. Source: ISO 14067 and the PACT Methodology (from memory).
 */
export function lotFigures(facts: PlantFacts, figures: ReportFigures, lot: LotFacts): LotFigures {
  const name = lot.said.lot
  const context: LotContext = {
    facts,
    figures,
    lot,
    stem: `${facts.plant.id}/lot/${lot.entry}`,
    title: (en, zh) => bilingual(`Lot ${name}: ${en}`, `批次 ${name}：${zh}`),
  }
  const { stem, title } = context
  const parts = [electricity(context), ...directPart(context), ...heatPart(context)]
  const kgOfParts = parts.map(({ co2e }) => co2e)
  const line = figures.sum(`${stem}/line_co2e`, title('emissions of its line', '产线排放'), 'kgCO2e', kgOfParts)
  const share = shareFigure(context)
  const own = figures.rule(`${stem}/own`, title('own emissions', '自身排放'), 'kgCO2e', {
    formula: 'lot_allocated',
    of: [line, share],
    value: (kg, part) => (lot.isContested ? unknownValue('bad_config') : knownValue(multiply(kg!, part!))),
  })
  const inputs = lot.inputs.map((input, i) => inputFigures(context, input, i + 1))
  const upstream = upstreamFigure(context, 'upstream', inputs, ({ co2e }) => co2e)
  const fossilUpstream = upstreamFigure(context, 'upstream_fossil', inputs, ({ fossil }) => fossil)
  const total = figures.sum(`${stem}/total`, title('footprint', '碳足迹'), 'kgCO2e', [own, upstream])
  const fossil = figures.sum(`${stem}/fossil`, title('fossil part', '化石部分'), 'kgCO2e', [own, fossilUpstream])
  const made = { parts, line, share, own, inputs, upstream, total }
  return {
    lot,
    ...made,
    ...unitFigures(context, total, fossil),
    primaryShare: primaryShare(context, made),
    meteredShare: meteredShare(context, made),
  }
}

/** The footprint over the quantity of the lot. */
function unitFigures({ figures, lot, stem, title }: LotContext, total: string, fossil: string) {
  const { quantity: count, unit } = lot.said
  const source = lot.document ?? lot.entry
  const quantity = figures.statement(`${stem}/quantity`, title('quantity', '数量'), unit, decimal(count), source)
  const over = (id: string, name: Text, of: string) =>
    figures.quotient(`${stem}/${id}`, name, `kgCO2e/${unit}`, [of, quantity])
  return {
    quantity,
    perUnit: over('per_unit', title('footprint a unit', '单位产品碳足迹'), total),
    fossilPerUnit: over('fossil_per_unit', title('fossil part a unit', '单位产品化石部分'), fossil),
  }
}

function hours({ facts, figures, lot, stem, title }: LotContext, of: Omit<LotHours, 'name'>): string {
  const { name } = kpiOf(of.kpi)
  const where = of.scope === 'line' ? bilingual('line', '产线') : bilingual('plant', '工厂')
  return figures.put(`${stem}/${of.scope}/${of.kpi}`, () =>
    hoursFigure(facts, lot, { ...of, name: title(`${where.en}, ${name.en}`, `${where.zh}${name.zh}`) }),
  )
}

function ofLine(context: LotContext, kpi: string, isReported = false): string {
  return hours(context, { kpi, scope: 'line', id: context.lot.said.line, isReported })
}

function ofPlant(context: LotContext, kpi: string): string {
  return hours(context, { kpi, scope: 'plant', id: context.facts.plant.id })
}

/** The line's part of the emissions of purchased electricity, by what it used of all that was used in the same hours. */
function electricity(context: LotContext): LotPart {
  const { facts, figures, lot, stem, title } = context
  const kwh = ofLine(context, 'energy_elec_import')
  const purchased = ofPlant(context, 'scope2_lb')
  const heat = isHeatBought(facts) ? [ofPlant(context, 'scope2_heat')] : []
  const bought = figures.sum(
    `${stem}/plant/electricity`,
    title('emissions of purchased electricity, plant', '工厂外购电力排放'),
    'kgCO2e',
    [purchased],
    heat,
  )
  const consumed = ofPlant(context, 'energy_elec_consumed')
  const co2e = figures.rule(`${stem}/electricity`, title('electricity', '电力'), 'kgCO2e', {
    formula: 'lot_energy',
    of: [kwh, bought, consumed],
    value: (part, of, all) => {
      return isBeforeOtherLines(facts, lot.said.line) ? unknownValue('bad_config') : partOf(part, of, all)
    },
  })
  const ofHeat = heat.flatMap((id) => figures.get(id).factors)
  const factors = figures.get(purchased).factors.filter((id) => !ofHeat.includes(id))
  return { name: bilingual('Electricity', '电力'), activity: kwh, co2e, factors }
}

/** True where a meter of the line stands before meters of other lines: it counts what their lots get, too. */
function isBeforeOtherLines({ options: { devices } }: PlantFacts, line: string): boolean {
  const byId = new Map(devices.map((device) => [device.id, device]))
  return devices.some((device) => {
    if (device.line === undefined || device.line === line) return false
    const seen = new Set<string>()
    for (let id = device.parent; id !== undefined && !seen.has(id); id = byId.get(id)?.parent) {
      if (byId.get(id)?.line === line) return true
      seen.add(id)
    }
    return false
  })
}

/** Emissions of a part of some energy: part · emissions of all / all. */
function partOf(part: string | undefined, co2e: string | undefined, all: string | undefined) {
  const value = quotient(multiply(part!, co2e!), all!)
  return value === null ? unknownValue('no_denominator') : knownValue(value)
}

/** Gases of what burns, leaks or reacts on the line itself; none where nothing there counts it and nothing was reported. */
function directPart(context: LotContext): readonly LotPart[] {
  const { facts, figures, lot } = context
  const { line } = lot.said
  const metrics = [...FUEL_METERS.map(({ metric }) => metric as string), 'co2_pct']
  const isReported = !isMeteredOnLine(facts, line, metrics) && !isMeteredAnywhere(facts, metrics)
  if (isReported && lot.hours('scope1_co2e', 'line', line).length === 0) return []
  const co2e = ofLine(context, 'scope1_co2e', isReported)
  const { factors } = figures.get(co2e)
  return [{ name: bilingual('Direct emissions', '直接排放'), activity: null, co2e, factors }]
}

/** Heat that a plant may buy, and the register of each. */
const HEAT_REGISTERS: Readonly<Record<string, string>> = { energy_heat_gj: 'heat_gj', energy_steam_gj: 'steam_mass_t' }

/** The line's part of the emissions of purchased heat and steam; none where it has no meter of them. */
function heatPart(context: LotContext): readonly LotPart[] {
  const { facts, figures, lot, stem, title } = context
  const { line } = lot.said
  const isSteamBought = facts.options.carbon.purchased_steam !== undefined
  const kpis = isSteamBought ? ['energy_heat_gj', 'energy_steam_gj'] : ['energy_heat_gj']
  const used = kpis.filter((kpi) => {
    return lot.hours(kpi, 'line', line).length > 0 || isMeteredOnLine(facts, line, [HEAT_REGISTERS[kpi]!])
  })
  if (used.length === 0 || !isHeatBought(facts)) return []
  const id = facts.plant.id
  const gj = figures.sum(
    `${stem}/heat_gj`,
    title('heat of its line', '产线用热'),
    'GJ',
    used.map((kpi) => ofLine(context, kpi)),
  )
  const all = figures.sum(
    `${stem}/plant/heat_gj`,
    title('heat of the plant', '工厂用热'),
    'GJ',
    kpis.filter((kpi) => lot.hours(kpi, 'plant', id).length > 0).map((kpi) => ofPlant(context, kpi)),
  )
  const bought = ofPlant(context, 'scope2_heat')
  const co2e = figures.rule(`${stem}/heat`, title('purchased heat', '外购热力'), 'kgCO2e', {
    formula: 'lot_energy',
    of: [gj, bought, all],
    value: partOf,
  })
  const { factors } = figures.get(bought)
  return [{ name: bilingual('Purchased heat', '外购热力'), activity: gj, co2e, factors }]
}

function isHeatBought(facts: PlantFacts): boolean {
  const metrics = facts.options.carbon.purchased_steam === undefined ? ['heat_gj'] : ['heat_gj', 'steam_mass_t']
  return facts.days('scope2_heat', 'plant', facts.plant.id).length > 0 || isMetered(facts, metrics)
}

function isMeteredOnLine(facts: PlantFacts, line: string, metrics: readonly string[]): boolean {
  const devices = facts.options.devices.filter((device) => device.line === line)
  return devices.some(({ id }) => isMetered(facts, metrics, id))
}

/** True where a device that no configuration places on a line has sent one of these metrics: it may stand on any. */
function isMeteredAnywhere({ streams, options }: PlantFacts, metrics: readonly string[]): boolean {
  const isPlaced = (id: string) => options.devices.some((device) => device.id === id && device.line !== undefined)
  return streams.some(({ device, metric }) => metrics.includes(metric) && !isPlaced(device))
}

/** Part of its line that a lot gets, as its entry states it. */
function shareFigure({ figures, lot, stem, title }: LotContext): string {
  const { allocation, allocated, allocated_of } = lot.said
  const name = title('part of its line', '占产线份额')
  const source = lot.document ?? lot.entry
  if (allocated === undefined || allocated_of === undefined) {
    return figures.statement(`${stem}/share`, name, '1', '1', `${source}: ${allocation}`)
  }
  const unit = allocation === 'time' ? 'h' : 't'
  const state = (id: string, words: Text, value: number) =>
    figures.statement(`${stem}/${id}`, words, unit, decimal(value), `${source}: ${allocation}`)
  const of = state('allocated', title('its hours or tonnes', '本批次工时或吨数'), allocated)
  const all = state('allocated_of', title('hours or tonnes of all', '全部工时或吨数'), allocated_of)
  return figures.quotient(`${stem}/share`, name, '1', [of, all])
}

/** Emissions of all inputs; not known until as many are on record as the lot states. */
function upstreamFigure(
  { figures, lot, stem, title }: LotContext,
  id: 'upstream' | 'upstream_fossil',
  inputs: readonly InputFigures[],
  of: (input: InputFigures) => string,
): string {
  const { supplier_inputs: count } = lot.said
  const name =
    id === 'upstream' ? title('inputs from suppliers', '供应商输入') : title('fossil part of inputs', '输入的化石部分')
  if (count === 0 && inputs.length === 0) {
    return figures.statement(`${stem}/${id}`, name, 'kgCO2e', '0', `${lot.document ?? lot.entry}: supplier_inputs 0`)
  }
  if (count !== undefined && count === inputs.length) {
    return figures.sum(`${stem}/${id}`, name, 'kgCO2e', inputs.map(of))
  }
  return figures.rule(`${stem}/${id}`, name, 'kgCO2e', {
    formula: 'lot_inputs',
    of: [],
    value: () => unknownValue(count === undefined ? 'not_configured' : 'no_data'),
  })
}
