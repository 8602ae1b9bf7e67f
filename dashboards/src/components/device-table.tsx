import type { DeviceNode, DeviceState, LineNode, PlantNode } from '../../../src/base/wire.js'
import { ageText, decimal } from '../format.js'
import { lineName } from '../names.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText } from '../time.js'
import { Icon } from './icon.js'

/** Who sends, who is silent, and what was refused. */
export function DeviceTable({ plant }: { readonly plant: PlantNode }) {
  const lang = language.value
  const w = words()
  const all = plant.lines.flatMap((line) => line.devices)
  const online = all.filter((d) => d.state === 'online').length
  return (
    <section class="card" aria-label={w.devices.title}>
      <header class="card-head">
        <h2>{w.devices.title}</h2>
        <span class="card-sub num">{w.devices.summary(decimal(online, 0, lang), decimal(all.length, 0, lang))}</span>
      </header>
      <div class="table-wide">
        <table class="table">
          <thead>
            <tr>
              <th>{w.devices.device}</th>
              <th class="wide-only">{w.devices.line}</th>
              <th class="wide-only">{w.devices.role}</th>
              <th>{w.devices.state}</th>
              <th>{w.devices.lastSeen}</th>
              <th class="wide-only">{w.devices.clock}</th>
              <th class="num">{w.devices.messages}</th>
              <th class="num wide-only">{w.devices.readings}</th>
              <th class="num">{w.devices.rejected}</th>
            </tr>
          </thead>
          <tbody>
            {plant.lines.flatMap((line) =>
              line.devices.map((device) => (
                <DeviceRow key={device.id} device={device} line={line} plant={plant.id} zone={plant.timezone} />
              )),
            )}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const STATE_ICONS = { stale: 'clock', offline: 'unplug' } as const

/** The shape of a device's state; its word stands beside it. */
export function DeviceSign({ state }: { readonly state: DeviceState }) {
  if (state === 'online') return <span class="dot" aria-hidden="true" />
  return <Icon name={STATE_ICONS[state]} size={14} />
}

function DeviceRow({
  device,
  line,
  plant,
  zone,
}: {
  readonly device: DeviceNode
  readonly line: LineNode
  readonly plant: string
  readonly zone: string
}) {
  const lang = language.value
  const w = words()
  const seenMs = device.last_seen === null ? null : Date.parse(device.last_seen)
  const roles: Readonly<Record<string, string>> = w.devices.roles
  return (
    <tr data-device={device.id} data-state={device.state}>
      <td>
        <a href={linkTo({ view: 'device', plant, device: device.id })}>
          <code>{device.id}</code>
        </a>
      </td>
      <td class="wide-only">{lineName(line)}</td>
      <td class="faint wide-only">
        {device.configured ? (roles[device.role ?? ''] ?? device.role ?? '—') : w.plant.unconfigured}
      </td>
      <td>
        <span class="state">
          <DeviceSign state={device.state} />
          {w.states[device.state]}
        </span>
      </td>
      <td class="num is-left" title={seenMs === null ? undefined : exactText(seenMs, zone, lang)}>
        {seenMs === null ? w.devices.never : w.plant.ago(ageText(nowMs.value - seenMs, lang))}
      </td>
      <td class="wide-only">{device.clock === null ? '—' : w.devices.clocks[device.clock]}</td>
      <td class="num">{decimal(device.messages, 0, lang)}</td>
      <td class="num wide-only">{decimal(device.readings, 0, lang)}</td>
      <td class={`num ${device.elements_rejected > 0 ? 'is-strong' : 'faint'}`}>
        {decimal(device.elements_rejected, 0, lang)}
      </td>
    </tr>
  )
}
