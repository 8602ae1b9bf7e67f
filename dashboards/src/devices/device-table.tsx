import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { DeviceNode, PlantNode } from '../../../src/base/wire.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { ageText, decimal } from '../format.js'
import { lineName, plantName } from '../names.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { type DeviceRow, deviceRows, inOrder, keyOf, type Standing, standingOf } from './list.js'
import { clockDistanceText, clockOffsetText, isClockWrong, isDirected, ON_TIME_MS, rateText } from './text.js'

/** Ten thousand rows would take seconds to draw, and nobody reads them: the worst stand first, and a filter finds the rest. */
const SHOWN_FIRST = 200

/** The devices of one plant: who sends, who is silent, and what was refused. */
export function DeviceTable({ plant }: { readonly plant: PlantNode }) {
  const w = words()
  const rows = deviceRows([plant], { plant: null, text: '', troubleOnly: false }, w.devices.roles)
  return (
    <section class="card" aria-label={w.devices.title}>
      <header class="card-head">
        <h2>{w.devices.title}</h2>
        <DeviceCount rows={rows} />
      </header>
      <DeviceRows rows={rows} />
    </section>
  )
}

/** Number of devices that are online, of all in the list. */
export function DeviceCount({ rows }: { readonly rows: readonly DeviceRow[] }) {
  const lang = language.value
  const online = rows.filter(({ device }) => device.state === 'online').length
  return (
    <span class="card-sub num">{words().devices.summary(decimal(online, 0, lang), decimal(rows.length, 0, lang))}</span>
  )
}

interface DeviceRowsProps {
  readonly rows: readonly DeviceRow[]
  /** True where devices of several plants stand in one list. */
  readonly hasPlants?: boolean
}

export function DeviceRows({ rows, hasPlants = false }: DeviceRowsProps) {
  const w = words().devices
  const shown = useSignal(SHOWN_FIRST)
  const isPointed = useSignal(false)
  const order = useHeldOrder(rows, isPointed)
  const seen = order.slice(0, shown.value)
  return (
    <>
      <div class="table-wide">
        <table
          class="table device-list"
          onPointerEnter={() => {
            isPointed.value = true
          }}
          onPointerLeave={() => {
            isPointed.value = false
          }}
        >
          <thead>
            <tr>
              <th>{w.device}</th>
              <th>{hasPlants ? w.plantAndLine : w.line}</th>
              <th>{w.role}</th>
              <th>{w.state}</th>
              <th>{w.lastSeen}</th>
              <th class="num">{w.rate}</th>
              <th>{w.clock}</th>
              <th class="num">{w.gaps}</th>
              <th class="num">{w.rejected}</th>
            </tr>
          </thead>
          <tbody>
            {seen.map((row) => (
              <Row key={keyOf(row.plant.id, row.device.id)} row={row} hasPlants={hasPlants} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > seen.length && (
        <p class="card-foot">
          {w.shown(decimal(seen.length, 0, language.value), decimal(rows.length, 0, language.value))}
          <button type="button" class="button is-small" onClick={() => (shown.value += SHOWN_FIRST)}>
            {w.showMore}
          </button>
        </p>
      )}
    </>
  )
}

/** While the pointer is in the table its rows stay where they are. */
function useHeldOrder(rows: readonly DeviceRow[], isPointed: Signal<boolean>): readonly DeviceRow[] {
  const held = useRef<readonly string[]>([])
  if (isPointed.value) return inOrder(rows, held.current)
  held.current = rows.map(({ plant, device }) => keyOf(plant.id, device.id))
  return rows
}

const STANDING_ICONS = {
  stale: 'clock',
  never: 'clock',
  offline: 'unplug',
  refused: 'alert',
  retired: 'unplug',
  returned: 'alert',
} as const

/** The shape of how a device stands; its word stands beside it. */
export function DeviceSign({ state }: { readonly state: Standing }) {
  if (state === 'online') return <span class="dot" aria-hidden="true" />
  return <Icon name={STANDING_ICONS[state]} size={14} />
}

/** "All rejected: not JSON". */
export function standingText(device: DeviceNode): string {
  const w = words()
  const standing = standingOf(device)
  if (standing === 'never') return w.devices.neverSent
  if (standing === 'retired') return w.devices.retired
  if (standing === 'returned') return w.devices.returned
  if (standing !== 'refused') return w.states[standing]
  return w.devices.allRejected(device.rejected_reason === null ? '' : w.quarantine.reasons[device.rejected_reason])
}

function Row({ row: { plant, line, device }, hasPlants }: { readonly row: DeviceRow; readonly hasPlants: boolean }) {
  const lang = language.value
  const w = words()
  const roles: Readonly<Record<string, string>> = w.devices.roles
  const role = device.configured ? (roles[device.role ?? ''] ?? device.role ?? '—') : w.plant.unconfigured
  const count = (value: number) => decimal(value, 0, lang)
  const weight = (value: number) => (value > 0 ? 'is-strong' : 'faint')
  return (
    <tr data-device={device.id} data-state={device.state}>
      <td class="device-name" title={device.id}>
        <a href={linkTo({ view: 'device', plant: plant.id, device: device.id })}>
          <code>{device.id}</code>
        </a>
      </td>
      <td class="device-place" title={hasPlants ? `${plantName(plant)} · ${lineName(line)}` : lineName(line)}>
        {hasPlants ? `${plantName(plant)} · ${lineName(line)}` : lineName(line)}
      </td>
      <td class="faint device-role">{role}</td>
      <td class="device-state">
        <span class={`state ${device.state === 'online' ? '' : 'is-strong'}`}>
          <DeviceSign state={standingOf(device)} />
          {standingText(device)}
        </span>
      </td>
      <td class="num is-left device-seen">
        <LastSeen at={device.last_seen} zone={plant.timezone} />
      </td>
      <td class="num device-rate">
        {device.last_seen === null ? '—' : w.devices.perMinute(rateText(device.rate_per_min, lang))}
      </td>
      <td class="num is-left device-clock">
        {device.clock === null ? (
          <span class="faint">—</span>
        ) : (
          <span class={`state ${isClockWrong(device.clock) ? 'is-minor is-strong' : 'faint'}`}>
            {isClockWrong(device.clock) && <SeveritySign severity="minor" size={12} />}
            {w.devices.clocks[device.clock]}
            {/* A good clock may tell of what happened minutes ago: that is no fault of it, and no news. Ahead it is one. */}
            {device.clock_offset_ms !== null &&
              (isClockWrong(device.clock) || device.clock_offset_ms > ON_TIME_MS) &&
              ` ${(isDirected(device.clock) ? clockDistanceText : clockOffsetText)(device.clock_offset_ms, lang)}`}
          </span>
        )}
      </td>
      <td
        class={`num device-gaps ${weight(device.sequence_gaps)}`}
        title={w.devices.missing(count(device.sequence_missing))}
      >
        {count(device.sequence_gaps)}
      </td>
      <td class={`num device-rejected ${weight(device.elements_rejected)}`} data-label={w.devices.rejected}>
        {count(device.elements_rejected)}
      </td>
    </tr>
  )
}

/** "3 s ago", with the exact time on hover. */
function LastSeen({ at, zone }: { readonly at: string | null; readonly zone: string }) {
  const w = words()
  if (at === null) return <span class="faint">{w.devices.never}</span>
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={exactText(ms, zone, language.value)}>
      {w.plant.ago(ageText(nowMs.value - ms, language.value))}
    </time>
  )
}
