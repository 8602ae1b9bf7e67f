import type { KpiPoint } from '../../../src/base/kpi.js'
import type { State } from '../../../src/base/states.js'
import type { DeviceNode, LineNode, PlantNode } from '../../../src/base/wire.js'
import { rangeOf } from '../chart/point-text.js'
import { DeviceSign } from '../devices/device-table.js'
import { durationText, figureFor, shareText } from '../format.js'
import { useLive } from '../gateway/live.js'
import { wantedOfDevices } from '../gateway/wanted.js'
import { lineName } from '../names.js'
import { linkTo } from '../nav.js'
import type { Asked } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import { language, words } from '../settings.js'
import { catalogue, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { EmptyState } from '../ui/empty-state.js'
import { Value } from '../ui/text.js'
import { ROBOT_KPIS, type TimeAccount, timeAccount, timeKpi } from './time-account.js'

import { nameOf, TimeBar, TimeLegend } from './time-bar.js'

/** Coverage from which on it is not worth a word. */
const QUIET_COVERAGE = 0.95

/** One machine with what is known of the range. */
interface RobotRow {
  readonly device: DeviceNode
  readonly line: LineNode
  readonly account: TimeAccount | null
  /** A figure of the range. */
  readonly figure: (kpi: string) => KpiPoint | undefined
}

interface TimeAccountsProps {
  readonly plant: PlantNode
  readonly machines: readonly { readonly device: DeviceNode; readonly line: LineNode }[]
  readonly isTable: boolean
}

/** Time of every machine by state over the range, without when: for ranges too long for the bars over time. */
export function TimeAccounts({ plant, machines, isTable }: TimeAccountsProps) {
  const w = words()
  const { hasSnapshot, problem } = useLive(wantedOfDevices(plant.id, ROBOT_KPIS, ['1d']))
  const asked = (device: string, kpi: string): Asked => ({ scope: 'device', id: device, kpi, window: '1d' })
  const all = machines.flatMap(({ device }) => ROBOT_KPIS.map((kpi) => asked(device.id, kpi)))
  const totals = useRangePoints(plant.id, all, spanOfRange(route.value.range, plant.timezone, nowMs.value))
  const days = machines.map(({ device, line }) => {
    const newest = (kpi: string) => totals.of(asked(device.id, kpi))[0]
    return { device, line, newest, day: newest(timeKpi('UNKNOWN')) }
  })
  const day = days.map((machine) => machine.day).find((one) => one !== undefined)
  // A sender without a role is a machine once it has sent a state.
  const shown = days.filter((machine) => machine.device.role !== null || machine.day !== undefined)
  const rows = shown.map(({ device, line, newest }): RobotRow => {
    return { device, line, figure: newest, account: day === undefined ? null : timeAccount(newest, day.start) }
  })
  const states = new Set(rows.flatMap(({ account }) => account?.shares.map(({ state }) => state) ?? []))
  const longestS = Math.max(0, ...rows.map(({ account }) => account?.totalS ?? 0))
  if (hasSnapshot.value && totals.past.kind === 'loaded' && longestS === 0)
    return <EmptyState plant={plant} subject="robot" />
  return (
    <>
      {problem.value !== null && (
        <p class="card-problem" role="alert">
          {problem.value}
        </p>
      )}
      {isTable ? (
        <TimeTable rows={rows} states={states} />
      ) : (
        <ul class="robots">
          <li class="robot robot-head" aria-hidden="true">
            <span>{day !== undefined && rangeOf(day, plant)}</span>
            <span />
            <span class="num">{w.robots.ofCalendar}</span>
            <span class="num">{w.robots.cycles}</span>
            <span class="num">{w.robots.microstops}</span>
          </li>
          {rows.map((row) => (
            <Robot key={row.device.id} plant={plant.id} row={row} longestS={longestS} isKnown={hasSnapshot.value} />
          ))}
        </ul>
      )}
      <footer class="card-foot">
        <TimeLegend states={states} />
        {longestS > 0 && (
          <span class="foot-end num">{w.robots.fullBar(durationText(longestS * 1000, language.value))}</span>
        )}
      </footer>
    </>
  )
}

interface RobotProps {
  readonly plant: string
  readonly row: RobotRow
  /** The time of the machine with most of it: the full length of a bar. */
  readonly longestS: number
  /** True when a missing account is not still on its way. */
  readonly isKnown: boolean
}

function Robot({ plant, row, longestS, isKnown }: RobotProps) {
  const { device, line, account, figure } = row
  const w = words()
  const utilization = figure('robot_util_calendar')
  return (
    <li class="robot" data-device={device.id}>
      <span class="robot-name">
        <span class="state">
          <DeviceSign state={device.state} />
          <a href={linkTo({ view: 'device', plant, device: device.id })}>
            <code title={device.id}>{device.id}</code>
          </a>
        </span>
        <span class="faint">{device.state === 'online' ? lineName(line) : w.states[device.state]}</span>
      </span>
      <TimeBar account={account} longestS={longestS} isMissing={isKnown && account === null} />
      <span class="robot-figure" data-kpi="robot_util_calendar" data-value={utilization?.value ?? ''}>
        <span class="robot-label">{w.robots.ofCalendar}</span>
        <Figure kpi="robot_util_calendar" point={utilization} />
        <span class="robot-note">
          {utilization === undefined && account !== null ? w.robots.robotsOnly : noteOf(utilization)}
        </span>
      </span>
      {(['cycles', 'microstops'] as const).map((kpi) => (
        <span key={kpi} class="robot-figure" data-kpi={kpi} data-value={figure(kpi)?.value ?? ''}>
          <span class="robot-label">{w.robots[kpi]}</span>
          <Figure kpi={kpi} point={figure(kpi)} />
          <span class="robot-note">{figure(kpi)?.reason !== utilization?.reason && noteOf(figure(kpi))}</span>
        </span>
      ))}
    </li>
  )
}

function Figure({ kpi, point }: { readonly kpi: string; readonly point: KpiPoint | undefined }) {
  const info = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(kpi) : undefined
  if (info === undefined) return <span class="value">—</span>
  return <Value value={point?.value ?? null} figure={figureFor(info, point?.value ?? 0)} />
}

/** Words for why there is no value, or for how little of the time one rests on; '' else. */
function noteOf(point: KpiPoint | undefined): string {
  const w = words()
  if (point === undefined) return ''
  if (point.reason !== '') return w.reasons[point.reason]
  return point.coverage < QUIET_COVERAGE ? w.robots.covered(shareText(point.coverage, language.value, 0)) : ''
}

/** The same accounts in figures: what the bars say to the eye alone. */
function TimeTable({ rows, states }: { readonly rows: readonly RobotRow[]; readonly states: ReadonlySet<State> }) {
  const w = words()
  return (
    <div class="table-wide">
      <table class="table is-dense">
        <thead>
          <tr>
            <th>{w.devices.device}</th>
            {[...states].map((state) => (
              <th key={state} class="num">
                {nameOf(state)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ device, account }) => (
            <tr key={device.id}>
              <td>
                <code>{device.id}</code>
              </td>
              {[...states].map((state) => {
                const seconds = account?.shares.find((share) => share.state === state)?.seconds
                return (
                  <td key={state} class="num">
                    {seconds === undefined ? '—' : durationText(seconds * 1000, language.value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
