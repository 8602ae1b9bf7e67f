import { type DeviceOptions, expectedMetrics } from '../../../base/plant.js'
import type { ReportRow, Text } from '../../../base/report.js'
import { compareText } from '../../../base/text-order.js'
import { devicesElsewhere } from '../../../kpi/windows/members.js'
import type { PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import {
  bilingual,
  configuredText,
  figureCell,
  left,
  NONE,
  right,
  row,
  same,
  strongRow,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import { gridMeters } from './activity.js'
import type { ReportBlock } from './block.js'

const KPI = 'energy_elec_import'
const REGISTERS: readonly string[] = ['elec_import_kwh', 'elec_submeter_kwh', 'elec_import_kw']

/** A submeter with those that stand right behind it. */
interface Submeter {
  readonly id: string
  readonly line: string | null
  readonly behind: readonly Submeter[]
}

/** Electricity of the period by the submeters that saw it, and what none of them saw. */
export const energyUses: ReportBlock = (facts, figures) => {
  const { plant } = facts
  const consumption = { kpi: 'energy_elec_consumed', scope: 'plant', id: plant.id } as const
  const consumed = figures.days(facts, `${plant.id}/${consumption.kpi}`, consumption)
  const outermost = submetersOf(facts)
  const rows = outermost.flatMap((one) => useRows(facts, figures, one, { consumed, level: 0 }))
  const title = bilingual('Uses of electricity by submeter', '用电去向（按分项计量）')
  const columns = [
    left('meter', 'Meter', '计量表'),
    left('line', 'Line', '产线'),
    right('used', 'Used', '用电量'),
    right('share', 'Share', '占比'),
  ]
  const whole = kpiOf(consumption.kpi).name
  if (outermost.length === 0) {
    const nothing = bilingual('No submeter is configured, and none has sent.', '未配置分项计量表，也无分项数据。')
    return [tableOf('energy-uses', title, columns, [row(textCell(NONE), null, null, null)], nothing)]
  }
  const unseen = figures.sum(
    `${plant.id}/use/unseen`,
    bilingual('Seen by no submeter, losses included', '未分项计量部分（含损耗）'),
    'kWh',
    [consumed],
    outermost.map(({ id }) => useFigure(facts, figures, id)),
  )
  rows.push(
    row(
      textCell(figures.get(unseen).name),
      null,
      figureCell(unseen, 'kWh', 3),
      share(facts, figures, unseen, consumed),
    ),
    strongRow(textCell(whole), null, figureCell(consumed, 'kWh', 3), null),
  )
  const note = bilingual(
    'A meter that stands behind another one is indented: its energy is in that of the meter above it, and is not added again. Not known where one of the meters is not known. Less than nothing means that a meter does not say which one it stands behind.',
    '缩进的计量表位于上一级表之后，其电量已含在上一级表中，不重复相加。任一计量表未知时，未分项部分亦未知；小于零表示有计量表未配置其上级表。',
  )
  return [tableOf('energy-uses', title, columns, rows, note)]
}

function useRows(
  facts: PlantFacts,
  figures: ReportFigures,
  { id, line, behind }: Submeter,
  { consumed, level }: { readonly consumed: string; readonly level: ReportRow['level'] },
): readonly ReportRow[] {
  const figure = useFigure(facts, figures, id)
  const cells = [
    wordCell(id),
    line === null ? null : textCell(lineName(facts, line)),
    figureCell(figure, 'kWh', 3),
    share(facts, figures, figure, consumed),
  ]
  const next = level === 0 ? 1 : 2
  return [
    { level, strong: false, cells },
    ...behind.flatMap((one) => useRows(facts, figures, one, { consumed, level: next })),
  ]
}

function useFigure(facts: PlantFacts, figures: ReportFigures, device: string): string {
  const { en, zh } = kpiOf('energy_elec_consumed').name
  const name = bilingual(`${device}: ${en}`, `${device}：${zh}`)
  return figures.days(facts, `${facts.plant.id}/use/meter/${device}`, { kpi: KPI, scope: 'device', id: device, name })
}

function share({ plant }: PlantFacts, figures: ReportFigures, part: string, whole: string) {
  const { name } = figures.get(part)
  const id = figures.quotient(
    part.replace(`${plant.id}/use/`, `${plant.id}/use/share/`),
    bilingual(`${name.en}: share of consumption`, `${name.zh}：占用电量`),
    '%',
    [part, whole],
    100,
  )
  return figureCell(id, '%', 1)
}

function lineName({ options }: PlantFacts, line: string): Text {
  const { name } = options.lines.find(({ id }) => id === line) ?? {}
  return configuredText(name) ?? same(line)
}

/** Submeters that nothing of their kind stands before, by id; each with those behind it. */
function submetersOf(facts: PlantFacts): readonly Submeter[] {
  const configured = new Map<string, DeviceOptions>()
  for (const version of facts.versions) for (const device of version.devices) configured.set(device.id, device)
  const isLeftOut = leftOut(facts)
  const named = [...configured.values()].filter((device) => isSubmeter(facts, device)).map(({ id }) => id)
  const ids = [...new Set([...named, ...facts.idsOf(KPI, 'device')])].filter((id) => !isLeftOut.has(id))
  const all = new Set(ids)
  const behind = new Map<string | null, string[]>()
  for (const id of ids.sort(compareText)) {
    const before = meterBefore(id, all, configured)
    behind.set(before, [...(behind.get(before) ?? []), id])
  }
  const treeOf = (before: string | null): readonly Submeter[] =>
    (behind.get(before) ?? []).map((id) => ({ id, line: configured.get(id)?.line ?? null, behind: treeOf(id) }))
  return treeOf(null)
}

/** Meters of the whole plant, of contracts elsewhere, and those that are computed from others. */
function leftOut(facts: PlantFacts): ReadonlySet<string> {
  const made = facts.versions.flatMap(({ options }) => options?.virtual_meters.map(({ id }) => id) ?? [])
  return new Set([...gridMeters(facts), ...facts.versions.flatMap((one) => [...devicesElsewhere(one)]), ...made])
}

/** A configured submeter of electricity that was in service on some day of the period. */
function isSubmeter({ period }: PlantFacts, device: DeviceOptions): boolean {
  const { role, retired_from: retired } = device
  if (role !== 'sub' || (retired !== undefined && retired <= period.from)) return false
  return expectedMetrics(device).some((metric) => REGISTERS.includes(metric))
}

/** The nearest meter of the list that a device stands behind; null without one, and where a way up leads in a circle. */
function meterBefore(
  id: string,
  all: ReadonlySet<string>,
  configured: ReadonlyMap<string, DeviceOptions>,
): string | null {
  const seen = new Set([id])
  for (let at = configured.get(id)?.parent; at !== undefined && !seen.has(at); at = configured.get(at)?.parent) {
    if (all.has(at)) return at
    seen.add(at)
  }
  return null
}
