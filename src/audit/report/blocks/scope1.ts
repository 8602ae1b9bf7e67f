import type { EventFields } from '../../../base/events.js'
import type { ReportRow, Text } from '../../../base/report.js'
import { methaneOf } from '../../../kpi/factors/fuels.js'
import { refrigerantOf } from '../../../kpi/formulas/refrigerants.js'
import { RULES_EDITION } from '../../../kpi/rules-edition.js'
import { FUEL_METERS, useOf } from '../../../kpi/settings/sources.js'
import { versionAt } from '../../../kpi/settings/version.js'
import { decimal, millionths, multiply, ofMillionths } from '../decimal.js'
import { isMetered, type PlantFacts, SCOPE1_KINDS } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures, unknownValue } from '../figures.js'
import {
  bilingual,
  CO2_ONLY_NOTE,
  emissionCell,
  figureCell,
  isAnyCo2Only,
  joinedTexts,
  left,
  partRow,
  ROUNDED,
  right,
  row,
  strongRow,
  tableOf,
  textCell,
  tonnesCell,
  wordCell,
} from '../words.js'
import type { ReportBlock } from './block.js'
import { isStatedSourceless, sourcelessScope1, sourcelessText } from './no-direct-source.js'

type Kind = (typeof SCOPE1_KINDS)[number]

const REPORTED_KINDS: ReadonlySet<Kind> = new Set(['scope1_process', 'scope1_fugitive'])
const EVENTS_OF: Readonly<Record<Kind, string>> = {
  scope1_stationary: 'fuel_used',
  scope1_mobile: 'fuel_used',
  scope1_process: 'process_input',
  scope1_fugitive: 'refrigerant_refill',
}

/** Kinds of direct sources that a plant has: by its meters, as configured or heard of, and by what was reported. */
export function kindsOf(facts: PlantFacts): readonly Kind[] {
  return SCOPE1_KINDS.filter(
    (kind) => facts.days(kind, 'plant', facts.plant.id).length > 0 || isKindMetered(facts, kind),
  )
}

function isKindMetered(facts: PlantFacts, kind: Kind, device?: string): boolean {
  if (REPORTED_KINDS.has(kind)) return false
  const { carbon } = facts.options
  if (kind === 'scope1_stationary' && (carbon.method === 'measurement' || carbon.measured.length > 0)) {
    if (isMetered(facts, ['co2_pct'], device)) return true
  }
  return isFuelMetered(facts, (fuel, id) => {
    if (device !== undefined && id !== device) return false
    return (useOf(fuel, id, carbon) === 'mobile') === (kind === 'scope1_mobile')
  })
}

/** Some device counts a fuel that is meant: as configured or heard of. */
function isFuelMetered(facts: PlantFacts, isMeant: (fuel: string, device: string) => boolean): boolean {
  const devices = new Set([
    ...facts.streams.map((stream) => stream.device),
    ...facts.options.devices.map(({ id }) => id),
  ])
  return FUEL_METERS.some(({ metric, fuel }) =>
    [...devices].some((id) => isMeant(fuel, id) && isMetered(facts, [metric], id)),
  )
}

/** Scope 1 goes into totals: a plant has sources, or it is stated that there are none. */
export function hasScope1(facts: PlantFacts): boolean {
  return kindsOf(facts).length > 0 || isStatedSourceless(facts)
}

/** Scope 1 and its kinds as figures; the total is the sum of the kinds, so that a reader can add them up. */
export function scope1Figures(
  facts: PlantFacts,
  figures: ReportFigures,
): { readonly total: string; readonly kinds: readonly string[] } {
  const plant = facts.plant.id
  const kinds = kindsOf(facts).map((kind) =>
    figures.days(facts, `${plant}/${kind}`, {
      kpi: kind,
      scope: 'plant',
      id: plant,
      isReported: !isKindMetered(facts, kind),
    }),
  )
  const { name, unit } = kpiOf('scope1_co2e')
  const total =
    kinds.length > 0
      ? figures.sum(`${plant}/scope1_co2e`, name, unit, kinds)
      : sourcelessScope1(facts, figures, { id: `${plant}/scope1_co2e`, name, unit })
  return { total, kinds }
}

export const scope1: ReportBlock = (facts, figures) => {
  const { total, kinds } = scope1Figures(facts, figures)
  return [byKind(facts, figures, total, kinds), byGas(facts, figures), bySource(facts, figures)]
}

const NO_SOURCE = bilingual(
  'No direct source is configured and none has reported: scope 1 is not known, and the totals below are of scope 2 alone.',
  '未配置任何直接排放源，也无上报：范围一未知，下列合计仅含范围二。',
)

function byKind(facts: PlantFacts, figures: ReportFigures, total: string, kinds: readonly string[]) {
  const columns = [left('type', 'Type of source', '排放源类型'), right('value', 'Emissions', '排放量')]
  const measured = facts.days('scope1_measured', 'plant', facts.plant.id).length > 0
  const rows: ReportRow[] = kinds.map((id) => partRow(textCell(figures.get(id).name), emissionCell(figures, id)))
  if (measured) {
    const id = figures.days(facts, `${facts.plant.id}/scope1_measured`, {
      kpi: 'scope1_measured',
      scope: 'plant',
      id: facts.plant.id,
    })
    rows.push({ level: 2, strong: false, cells: [textCell(figures.get(id).name), tonnesCell(id, 'tCO2')] })
  }
  rows.push(strongRow(textCell(bilingual('Scope 1', '范围一')), emissionCell(figures, total)))
  const title = bilingual('Scope 1 by type of source', '范围一（按排放源类型）')
  return tableOf('scope1', title, columns, rows, noteOf(facts, figures, total, kinds))
}

function noteOf(facts: PlantFacts, figures: ReportFigures, total: string, kinds: readonly string[]): Text | undefined {
  const stated = sourcelessText(facts, kinds.length > 0)
  if (kinds.length === 0) return stated ?? NO_SOURCE
  const isCo2 = isAnyCo2Only(figures, [total, ...kinds])
  const notes = [
    ...(isCo2 ? [CO2_ONLY_NOTE] : []),
    ...(facts.edition === 1 ? [] : [ROUNDED]),
    ...(stated === null ? [] : [stated]),
  ]
  return notes.length === 0 ? undefined : joinedTexts(notes, ' ')
}

/** One gas: how much of it, and what that comes to by its warming potential. */
function byGas(facts: PlantFacts, figures: ReportFigures) {
  const columns = [
    left('gas', 'Gas', '气体'),
    right('mass', 'Mass', '质量'),
    right('gwp', 'GWP', 'GWP'),
    right('value', 'tCO2e', 'tCO2e'),
  ]
  const isIpcc = facts.options.carbon.combustion === 'ipcc'
  const rows = isIpcc ? ipccRows(facts, figures) : carbonRows(facts, figures)
  rows.push(...leakRows(facts, figures))
  const title = bilingual('Scope 1 by gas', '范围一（按气体）')
  const note = isIpcc
    ? undefined
    : bilingual(
        'CH4 and N2O of combustion are not calculated by heating value and carbon content.',
        '按热值和含碳量的方法不核算燃烧的 CH4 和 N2O。',
      )
  return tableOf('scope1-gases', title, columns, rows, note)
}

function ipccRows(facts: PlantFacts, figures: ReportFigures): ReportRow[] {
  const plant = facts.plant.id
  return (['co2', 'ch4', 'n2o'] as const).flatMap((gas) => {
    const kpi = `scope1_${gas}`
    if (facts.days(kpi, 'plant', plant).length === 0) return []
    const mass = figures.days(facts, `${plant}/${kpi}`, { kpi, scope: 'plant', id: plant })
    if (gas === 'co2') return [row(wordCell('CO2'), tonnesCell(mass, 'tCO2'), wordCell(1), tonnesCell(mass, 'tCO2e'))]
    const gwp = gwpFigure(facts, figures, gas === 'ch4' ? methaneIn(facts) : gas)
    const name = bilingual(`Scope 1, ${gas.toUpperCase()} as CO2e`, `范围一：${gas.toUpperCase()}（折 CO2e）`)
    const co2e = figures.rule(`${plant}/${kpi}_co2e`, name, 'kgCO2e', {
      formula: 'gas_times_gwp',
      of: [mass, gwp],
      value: (kg, potential) => knownValue(multiply(kg!, potential!)),
    })
    const cells = [figureCell(mass, `kg${gas.toUpperCase()}`, 3), figureCell(gwp, 'kgCO2e/kg', 1)]
    return [row(wordCell(gas.toUpperCase()), ...cells, tonnesCell(co2e, 'tCO2e'))]
  })
}

/** The methane of all combustion of a plant; of one that also burns what grew there are two, and no one potential. */
function methaneIn({ versions, options: { carbon } }: PlantFacts): string | null {
  const edition = versions.at(-1)?.edition ?? RULES_EDITION
  const kinds = new Set(['', ...carbon.biogenic].map((fuel) => methaneOf(fuel, carbon, edition)))
  return kinds.size === 1 ? [...kinds][0]! : null
}

function gwpFigure({ plant, versions, options }: PlantFacts, figures: ReportFigures, gas: string | null): string {
  const answer = gas === null ? undefined : versions.at(-1)?.plantFactors.gwp(gas)
  const word = gas?.replace(/_.*/, '') ?? 'ch4'
  const value = answer?.value === undefined || answer.value === null ? null : decimal(answer.value)
  const name = bilingual(`GWP of ${word}, ${options.carbon.gwp}`, `${word} 的 GWP（${options.carbon.gwp}）`)
  return figures.statement(`${plant.id}/gwp/${word}`, name, 'kgCO2e/kg', value, answer?.factors.join(',') ?? '')
}

/** By carbon content all of combustion and processes is CO2. */
function carbonRows(facts: PlantFacts, figures: ReportFigures): ReportRow[] {
  const kinds = kindsOf(facts).filter((kind) => kind !== 'scope1_fugitive')
  if (kinds.length === 0) return []
  const { name } = kpiOf('scope1_co2')
  const of = kinds.map((kind) => `${facts.plant.id}/${kind}`)
  const id = figures.sum(`${facts.plant.id}/scope1_co2`, name, 'kgCO2', of)
  return [row(wordCell('CO2'), tonnesCell(id, 'tCO2'), wordCell(1), tonnesCell(id, 'tCO2e'))]
}

/** Gases that had leaked, as refills tell. */
function leakRows(facts: PlantFacts, figures: ReportFigures): ReportRow[] {
  const leaks = new Map<string, { kg: bigint; co2e: bigint | null }>()
  for (const { ts, type, fields } of facts.events) {
    if (type !== 'refrigerant_refill' || facts.versions.length === 0) continue
    const { gas: name, kg } = fields as Partial<EventFields<'refrigerant_refill'>>
    if (typeof name !== 'string' || typeof kg !== 'number') continue
    const { plantFactors, edition } = versionAt(facts.versions, ts)
    for (const { gas, part } of refrigerantOf(name, edition).parts) {
      const before = leaks.get(gas) ?? { kg: 0n, co2e: 0n }
      const { value } = plantFactors.gwp(gas)
      const co2e = value === null || before.co2e === null ? null : before.co2e + millionths(kg * part * value)
      leaks.set(gas, { kg: before.kg + millionths(kg * part), co2e })
    }
  }
  return [...leaks]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([gas, { kg, co2e }]) => {
      const stem = `${facts.plant.id}/leaks/${gas}`
      const mass = figures.count(
        stem,
        bilingual(`${gas} filled in`, `${gas} 充注量`),
        `kg`,
        ofMillionths(kg),
        'events refrigerant_refill',
      )
      const name = bilingual(`${gas} as CO2e`, `${gas}（折 CO2e）`)
      const value = figures.rule(`${stem}_co2e`, name, 'kgCO2e', {
        formula: 'gas_times_gwp',
        of: [mass],
        value: () => (co2e === null ? unknownValue('no_factor') : knownValue(ofMillionths(co2e))),
      })
      const gwp = gwpFigure(facts, figures, gas)
      return row(wordCell(gas), figureCell(mass, 'kg', 3), figureCell(gwp, 'kgCO2e/kg', 1), tonnesCell(value, 'tCO2e'))
    })
}

/** Figures of each device that is a direct source, by kind. */
export function sourceFigures(
  facts: PlantFacts,
  figures: ReportFigures,
): readonly { device: string; kind: Kind; id: string }[] {
  return SCOPE1_KINDS.flatMap((kind) =>
    facts.idsOf(kind, 'device').map((device) => {
      const { name } = kpiOf(kind)
      const id = figures.days(facts, `${facts.plant.id}/source/${device}/${kind}`, {
        kpi: kind,
        scope: 'device',
        id: device,
        isReported: !isKindMetered(facts, kind, device),
        name: bilingual(`${device}: ${name.en}`, `${device}：${name.zh}`),
      })
      return { device, kind, id }
    }),
  )
}

function bySource(facts: PlantFacts, figures: ReportFigures) {
  const columns = [
    left('device', 'Device', '设备'),
    left('type', 'Type', '类型'),
    left('by', 'Known by', '数据来源'),
    right('value', 'Emissions', '排放量'),
  ]
  const rows = sourceFigures(facts, figures).map(({ device, kind, id }) => {
    return row(
      wordCell(device),
      textCell(kpiOf(kind).name),
      textCell(basisOf(facts, device, kind)),
      emissionCell(figures, id),
    )
  })
  const note = bilingual(
    'A source that feeds several devices stands with the device that measures or reports it.',
    '供多台设备使用的排放源列在计量或上报它的设备之下。',
  )
  return tableOf('scope1-sources', bilingual('Scope 1 by source', '范围一（按排放源）'), columns, rows, note)
}

function basisOf(facts: PlantFacts, device: string, kind: Kind): Text {
  const metrics = FUEL_METERS.map(({ metric }) => metric as string)
  const heard = facts.streams.filter((one) => one.device === device && [...metrics, 'co2_pct'].includes(one.metric))
  const isTold = facts.events.some((one) => one.device === device && one.type === EVENTS_OF[kind])
  const parts = [...new Set(heard.map(({ metric }) => metric)), ...(isTold ? [EVENTS_OF[kind]] : [])]
  return bilingual(parts.join(', ') || '–', parts.join('、') || '–')
}

/** CO2 of what grew, beside the total. */
export const biogenic: ReportBlock = (facts, figures) => {
  const id = biogenicFigure(facts, figures)
  const columns = [left('what', 'Item', '项目'), right('value', 'Emissions', '排放量')]
  return [
    tableOf(
      'biogenic',
      bilingual('Biogenic CO2, not in any total', '生物质 CO2（不计入合计）'),
      columns,
      [row(textCell(kpiOf('biogenic_co2').name), tonnesCell(id, 'tCO2'))],
      facts.edition < 3 ? OF_EVENTS : OF_EVENTS_AND_METERS,
    ),
  ]
}

/** CO2 of what grew, kg; unknown below 75 % of the time where it is metered. @returns id of the figure */
export function biogenicFigure(facts: PlantFacts, figures: ReportFigures): string {
  const plant = facts.plant.id
  const wanted = { kpi: 'biogenic_co2', scope: 'plant', id: plant, isReported: !isBiogenicMetered(facts) } as const
  return figures.days(facts, `${plant}/biogenic_co2`, wanted)
}

/** Registers of fuel that grew have a coverage, which events have not. Before edition 3 nothing was computed of them. */
function isBiogenicMetered(facts: PlantFacts): boolean {
  const { edition, options } = facts
  const subs = new Set(options.devices.filter(({ role }) => role === 'sub').map(({ id }) => id))
  const isMeant = (fuel: string, device: string) => {
    const isBurntHere = !subs.has(device) && useOf(fuel, device, options.carbon) !== 'replaced'
    return isBurntHere && options.carbon.biogenic.includes(fuel)
  }
  return edition >= 3 && isFuelMetered(facts, isMeant)
}

const OF_EVENTS = bilingual(
  'Biogenic CO2 from reported fuel_used events; no event means 0, whatever was burnt.',
  '依据生物质燃料的 fuel_used 上报事件；无上报即为 0，并不表示未燃用。',
)
const OF_EVENTS_AND_METERS = bilingual(
  'Biogenic CO2 from reported fuel_used events and from registers of fuels in carbon.biogenic; with neither it is 0, whatever was burnt.',
  '依据生物质燃料的 fuel_used 上报事件和 carbon.biogenic 所列燃料的计量；两者皆无即为 0，并不表示未燃用。',
)
