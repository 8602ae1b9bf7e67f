import { HOUR_MS } from '../../../base/durations.js'
import type { ReportCell, ReportRow, Text } from '../../../base/report.js'
import type { FactorLookup } from '../../../kpi/factors/factor.js'
import { CARRIERS, type Carrier } from '../../../kpi/formulas/carriers.js'
import type { PlantVersion } from '../../../kpi/settings/version.js'
import { paramSourceWords, REASON_WORDS } from '../../words.js'
import { decimal } from '../decimal.js'
import { isMetered, type PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import {
  bilingual,
  figureCell,
  joinedTexts,
  left,
  NOT_CONFIGURED,
  right,
  row,
  same,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import type { ReportBlock } from './block.js'

/** The amount that each meter counted, and the parameters it is multiplied by. Source: KPI specification §6; GB/T 32150. */
export const activity: ReportBlock = (facts, figures) => {
  const columns = [
    left('device', 'Meter or source', '计量器具或来源'),
    left('carrier', 'Carrier', '能源品种'),
    left('line', 'Metric', '指标'),
    right('amount', 'Activity data', '活动数据'),
    right('ncv', 'NCV', '低位发热量'),
    right('cc', 'Carbon content', '单位热值含碳量'),
    right('of', 'Oxidation', '碳氧化率'),
    right('ef', 'Emission factor', '排放因子'),
    left('source', 'Parameters from', '参数来源'),
    left('calibrated', 'Calibrated on', '检定/校准日期'),
    left('certificate', 'Certificate', '证书编号'),
  ]
  const rows: ReportRow[] = [
    ...gridMeters(facts).map((device) => electricityRow(facts, figures, device)),
    ...CARRIERS.flatMap((carrier) =>
      devicesOf(facts, carrier).map((device) => carrierRow(facts, figures, carrier, device)),
    ),
  ]
  const note = bilingual(
    'Parameters are those of the end of the period; every factor that was used in it is listed with its validity under Factors.',
    '参数为报告期末的取值；报告期内使用的全部因子及其有效期见“排放因子”。',
  )
  const none = row(
    textCell(bilingual('no meter has sent in the period', '报告期内无计量数据')),
    ...columns.slice(1).map(() => null),
  )
  return [tableOf('activity', bilingual('Activity data', '活动数据'), columns, rows.length > 0 ? rows : [none], note)]
}

/** The meters that make up the import of the plant. */
export function gridMeters({ versions, options, idsOf }: PlantFacts): readonly string[] {
  const mains = new Set(
    versions.flatMap((version) => [...version.devices].filter(({ role }) => role === 'main').map(({ id }) => id)),
  )
  const heard = idsOf('energy_elec_import', 'device')
  if (mains.size > 0) return [...mains].sort()
  return heard.filter((id) => !options.devices.some((device) => device.id === id))
}

/** Devices that count a carrier, and those that report it by events. */
function devicesOf(facts: PlantFacts, { id, metric }: Carrier): readonly string[] {
  const roles = new Map(facts.options.devices.map((device) => [device.id, device.role]))
  const counted = facts.idsOf(`energy_${id}`, 'device').filter((device) => {
    const isKnown = facts.days(`energy_${id}`, 'device', device).some(({ value }) => value !== null)
    return isKnown || isMetered(facts, [metric], device)
  })
  const expected = facts.options.devices.filter((device) => isMetered(facts, [metric], device.id)).map((one) => one.id)
  return [...new Set([...counted, ...expected])].filter((device) => roles.get(device) !== 'sub').sort()
}

function electricityRow(facts: PlantFacts, figures: ReportFigures, device: string): ReportRow {
  const { name, unit } = kpiOf('energy_elec_import')
  const id = figures.days(facts, `${facts.plant.id}/activity/${device}/elec_import_kwh`, {
    kpi: 'energy_elec_import',
    scope: 'device',
    id: device,
    name: bilingual(`${device}: ${name.en}`, `${device}：${name.zh}`),
  })
  const [ef, source] = parameter(facts, (version, startMs, endMs) => version.plantFactors.grid(startMs, endMs))
  return row(
    wordCell(device),
    textCell(name),
    wordCell('elec_import_kwh'),
    figureCell(id, unit, 3),
    null,
    null,
    null,
    ef,
    source,
    ...calibration(facts, device),
  )
}

function carrierRow(facts: PlantFacts, figures: ReportFigures, carrier: Carrier, device: string): ReportRow {
  const kpi = `energy_${carrier.id}`
  const isMeter = isMetered(facts, [carrier.metric], device)
  const id = figures.days(facts, `${facts.plant.id}/activity/${device}/${carrier.metric}`, {
    kpi,
    scope: 'device',
    id: device,
    isReported: !isMeter,
    name: bilingual(`${device}: ${carrier.name.en}`, `${device}：${carrier.name.zh}`),
  })
  return row(
    wordCell(device),
    textCell(carrier.name),
    isMeter ? wordCell(carrier.metric) : textCell(bilingual('events fuel_used', '上报事件 fuel_used')),
    figureCell(id, carrier.unit, 3),
    ...parametersOf(facts, carrier),
    ...calibration(facts, device),
  )
}

/** NCV, carbon content, oxidation, emission factor and where they come from. */
function parametersOf(facts: PlantFacts, carrier: Carrier): readonly ReportCell[] {
  if (carrier.kind === 'heat' || carrier.kind === 'steam') {
    const [ef, source] = parameter(facts, (version, startMs, endMs) => version.plantFactors.heat(startMs, endMs))
    return [null, null, null, ef, source]
  }
  if (carrier.kind === 'medium') return [null, null, null, null, null]
  const version = facts.versions.at(-1)
  const fuel = carrier.fuels[0]!
  const unit = carrier.unit === 'Nm3' ? 'Nm3' : 't'
  const [startMs, endMs] = lastHour(facts)
  const found = version?.plantFactors.combustion(fuel, unit, startMs, endMs)
  if (version === undefined || found === undefined)
    return noParameters(bilingual('the plant is not configured', '工厂未配置'))
  if (found.value === null) return noParameters(bilingual(found.detail, `缺少因子：${REASON_WORDS[found.reason].zh}`))
  const values = (part: RegExp) => {
    const factor = found.factors
      .flatMap((id) => version.plantFactors.factor(id) ?? [])
      .find(({ activity }) => part.test(activity))
    return factor === undefined
      ? null
      : wordCell(`${shown(factor.value)} ${factor.unit === '1' ? '' : factor.unit}`.trim())
  }
  const sources = Object.entries(found.params).map(([name, from]) => {
    const { en, zh } = paramSourceWords(from)
    const said = facts.words === 2 ? (PARAMETERS[name] ?? same(name)) : same(name)
    return bilingual(`${said.en} ${en}`, `${said.zh}：${zh}`)
  })
  const source = bilingual(sources.map(({ en }) => en).join(', '), sources.map(({ zh }) => zh).join('，'))
  return [
    values(/\.ncv$/),
    values(/carbon_content$/),
    values(/oxidation_factor$/),
    wordCell(`${shown(found.value)} ${found.unit}`),
    textCell(source),
  ]
}

const PARAMETERS: Readonly<Record<string, Text>> = {
  ncv: bilingual('heating value', '低位发热量'),
  carbon_content: bilingual('carbon content', '单位热值含碳量'),
  oxidation_factor: bilingual('oxidation', '碳氧化率'),
}

function noParameters(why: Text): readonly ReportCell[] {
  return [null, null, null, textCell(bilingual('no factor', '无因子')), textCell(why)]
}

function parameter(
  facts: PlantFacts,
  ask: (version: PlantVersion, startMs: number, endMs: number) => FactorLookup,
): readonly [ReportCell, ReportCell] {
  const version = facts.versions.at(-1)
  if (version === undefined) return [textCell(NOT_CONFIGURED), textCell(NOT_CONFIGURED)]
  const found = ask(version, ...lastHour(facts))
  if (found.value === null)
    return [
      textCell(bilingual('no factor', '无因子')),
      textCell(bilingual(found.detail, `缺少因子：${REASON_WORDS[found.reason].zh}`)),
    ]
  const used = found.factors.flatMap((id) => version.plantFactors.factor(id) ?? [])
  const sources = [...new Set(used.map(({ paramSource }) => paramSource))].sort().map(paramSourceWords)
  const from = { en: joinedTexts(sources, ', ').en, zh: joinedTexts(sources, '，').zh }
  const isOwn = used.some(({ confidence }) => confidence === 'own')
  const said = isOwn ? bilingual(`own factor; ${from.en}`, `自有因子；${from.zh}`) : from
  return [wordCell(`${shown(found.value)} ${found.unit}`), textCell(said)]
}

/** Digits of a product of factors that are shown: the last bits of a double say nothing. */
const DIGITS = 10

function shown(value: number): string {
  return decimal(Number(value.toPrecision(DIGITS)))
}

function lastHour({ startMs, dueMs }: PlantFacts): readonly [number, number] {
  const endMs = Math.max(dueMs, startMs + HOUR_MS)
  return [endMs - HOUR_MS, endMs]
}

function calibration({ options }: PlantFacts, device: string): readonly ReportCell[] {
  const last = options.report.calibrations
    .filter((one) => one.device === device)
    .sort((a, b) => (a.on < b.on ? -1 : 1))
    .at(-1)
  if (last === undefined) return [textCell(NOT_CONFIGURED), textCell(NOT_CONFIGURED)]
  const { certificate } = last
  return [wordCell(last.on), certificate === undefined ? textCell(NOT_CONFIGURED) : wordCell(certificate)]
}
