import { decimal } from '../format.js'
import { isStop, remarksOn, type StateInterval } from '../plant/gantt.js'
import { language, words } from '../settings.js'
import { exactText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { TableView } from '../ui/table-view.js'
import { type GanttMachine, remarkText } from './gantt.js'

/** The newest are shown: a table longer than that is read by nobody, and a page would feel it. */
const ROWS_MAX = 500

interface SegmentTableProps {
  readonly machines: readonly GanttMachine[]
  readonly zone: string
  readonly onStop: (device: string, stop: StateInterval) => void
}

/** 1:04:38 */
function exactLength({ fromMs, toMs }: StateInterval): string {
  const seconds = Math.round((toMs - fromMs) / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** The same intervals as on the bars, none of them joined, newest first. */
export function SegmentTable({ machines, zone, onStop }: SegmentTableProps) {
  const w = words()
  const lang = language.value
  const all = machines
    .flatMap((machine) => (machine.intervals ?? []).map((interval) => ({ ...machine, interval })))
    .sort((a, b) => b.interval.fromMs - a.interval.fromMs)
  return (
    <TableView
      class="segment-table"
      note={
        all.length > ROWS_MAX && (
          <p class="segment-rest faint">
            {w.machines.newest(decimal(ROWS_MAX, 0, lang), decimal(all.length, 0, lang))}
          </p>
        )
      }
    >
      <thead>
        <tr>
          <th>{w.devices.device}</th>
          <th>{w.machines.state}</th>
          <th>{w.machines.from}</th>
          <th>{w.machines.to}</th>
          <th class="num">{w.machines.length}</th>
          <th>{w.machines.reason}</th>
        </tr>
      </thead>
      <tbody>
        {all.slice(0, ROWS_MAX).map(({ device, interval, remarks }) => (
          <tr key={`${device.id} ${interval.fromMs}`}>
            <td>
              <code>{device.id}</code>
            </td>
            <td>{w.machineStates[interval.state]}</td>
            <td class="num is-left">{exactText(interval.fromMs, zone, lang)}</td>
            <td class="num is-left">{exactText(interval.toMs, zone, lang)}</td>
            <td class="num">{exactLength(interval)}</td>
            <td>
              {remarksOn(remarks, interval).map(remarkText).join(' · ')}
              {isStop(interval.state) && (
                <ActButton right="operate" class="button is-small" onClick={() => onStop(device.id, interval)}>
                  {w.machines.give}
                </ActButton>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </TableView>
  )
}
