import type { KpiPoint, Scope } from '../../../src/base/kpi.js'
import type { DeviceNode, LineNode, PlantNode } from '../../../src/base/wire.js'
import { alarmList, needsPerson, worstOf } from '../alarms/open.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { DeviceSign } from '../devices/device-table.js'
import { inService } from '../devices/list.js'
import { decimal, type Figure, figureFor, figureText, shareText } from '../format.js'
import { lineName } from '../names.js'
import { linkTo } from '../nav.js'
import type { Asked } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import { totalOf } from '../series/totals.js'
import { language, words } from '../settings.js'
import { newestMs, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { sumText } from '../time/range-text.js'
import { CardFrame } from '../ui/card-frame.js'
import { Unit } from '../ui/text.js'
import { metersOf, sumOfTotals } from './flow.js'
import { plantPlaceOf } from './page.js'

interface Part {
  readonly id: string
  readonly name: string
  readonly href: string
  /** Streams whose energy is that of the part. */
  readonly energy: readonly Asked[]
  readonly oee: Asked
  readonly devices: readonly DeviceNode[]
}

interface PartsCardProps {
  readonly plant: PlantNode
  /** Its devices instead of the lines of the plant. */
  readonly line: LineNode | null
}

/** The way down: the lines of a plant, or the devices of a line, with energy, OEE and state. */
export function PartsCard({ plant, line }: PartsCardProps) {
  const w = words()
  const { range } = route.value
  const span = spanOfRange(range, plant.timezone, nowMs.value)
  const parts = line === null ? linesOf(plant) : devicesOf(plant, line)
  const read = useRangePoints(
    plant.id,
    parts.flatMap(({ energy, oee }) => [...energy, oee]),
    span,
    { finest: '15m' },
  )
  const rows = parts.map((part) => {
    const totals = part.energy.map((stream) => totalOf(read.of(stream))).filter((total) => total.span !== null)
    const oee = totalOf(read.of(part.oee))
    return { part, energy: totals.length === 0 ? null : sumOfTotals(totals), oee, covered: totals[0]?.span ?? null }
  })
  // Devices without a figure stand in the list of devices.
  const shown = line === null ? rows : rows.filter(({ energy, oee }) => energy !== null || oee.span !== null)
  if (shown.length === 0) return null
  const sorted = line === null ? shown : shown.toSorted((a, b) => (b.energy ?? -1) - (a.energy ?? -1))
  const largest = Math.max(0, ...sorted.map(({ energy }) => energy ?? 0))
  const figure = figureFor({ id: '', unit: 'kWh', shape: 'sum' }, largest)
  const hasOee = sorted.some(({ oee }) => oee.span !== null)
  const place = { zone: plant.timezone, language: language.value, nowMs: nowMs.value, newestMs: newestMs(plant) }
  const covered = sorted.find((row) => row.covered !== null)?.covered ?? null
  return (
    <CardFrame
      id="parts"
      pillar="green"
      title={line === null ? w.energy.parts.lines : w.energy.parts.devices}
      subtitle={sumText(range, covered, place, w)}
      past={read.past}
      onRetry={read.retry}
      footer={<span>{line === null ? w.energy.parts.lineNote : w.energy.parts.deviceNote}</span>}
    >
      <table class="table is-dense parts">
        <thead>
          <tr>
            <th colSpan={2}>{line === null ? w.devices.line : w.devices.device}</th>
            <th class="num">
              {w.energy.parts.energy}
              <Unit unit={figure.unit} />
            </th>
            {hasOee && <th class="num">OEE</th>}
            <th>{line === null ? w.energy.parts.online : w.devices.state}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ part, energy, oee }) => (
            <tr key={part.id} data-part={part.id} data-energy={energy ?? ''}>
              <td>
                <a class="parts-link" href={part.href}>
                  {part.name}
                </a>
              </td>
              <td class="parts-bar">
                {energy !== null && <span style={{ width: `${((energy / (largest || 1)) * 100).toFixed(2)}%` }} />}
              </td>
              <td class="num">
                <Energy energy={energy} figure={figure} />
              </td>
              {hasOee && (
                <td class="num" title={oee.reason === '' ? undefined : w.reasons[oee.reason]}>
                  {oee.value === null ? '—' : shareText(oee.value, language.value)}
                </td>
              )}
              <td>
                <State plant={plant.id} part={part} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </CardFrame>
  )
}

const asked = (scope: Scope, id: string, kpi: string): Asked => ({ scope, id, kpi, window: '1d' })

function linesOf(plant: PlantNode): readonly Part[] {
  return metersOf(plant).map(({ line, submeters }) => ({
    id: line.id,
    name: lineName(line),
    href: linkTo(plantPlaceOf(plant.id, line.id)),
    energy:
      submeters === null
        ? [asked('line', line.id, 'energy_elec_import')]
        : submeters.map((id) => asked('device', id, 'energy_elec_import')),
    oee: asked('line', line.id, 'oee'),
    devices: inService(line.devices),
  }))
}

function devicesOf(plant: PlantNode, line: LineNode): readonly Part[] {
  return inService(line.devices).map((device) => ({
    id: device.id,
    name: device.id,
    href: linkTo({ view: 'device', plant: plant.id, device: device.id }),
    energy: [asked('device', device.id, 'energy_elec_import')],
    oee: asked('device', device.id, 'oee'),
    devices: [device],
  }))
}

function Energy({ energy, figure }: { readonly energy: KpiPoint['value']; readonly figure: Figure }) {
  return <>{energy === null ? '—' : figureText(energy, figure, language.value)}</>
}

/** The worst alarm that needs a person, else how many of its devices are there. */
function State({ plant, part }: { readonly plant: string; readonly part: Part }) {
  const w = words()
  const ids = [part.id, ...part.devices.map(({ id }) => id)]
  const worst = worstOf(
    alarmList.value.filter(
      (alarm) =>
        alarm.plant === plant &&
        alarm.scope !== 'plant' &&
        ids.includes(alarm.scope_id) &&
        needsPerson(alarm, nowMs.value),
    ),
  )
  if (worst !== null) {
    return (
      <span class="state">
        <SeveritySign severity={worst} size={14} />
        {w.severities[worst]}
      </span>
    )
  }
  const online = part.devices.filter(({ state }) => state === 'online').length
  const state =
    online === part.devices.length ? 'online' : (part.devices.find((d) => d.state !== 'online')?.state ?? 'online')
  const count = (n: number) => decimal(n, 0, language.value)
  return (
    <span class="state num" title={w.devices.summary(count(online), count(part.devices.length))}>
      <DeviceSign state={state} />
      {part.devices.length === 1 ? w.states[state] : `${count(online)} / ${count(part.devices.length)}`}
    </span>
  )
}
