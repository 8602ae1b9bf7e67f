import { decimal } from '../format.js'
import { isStop, remarksOn, type Stretch } from '../plant/gantt.js'
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
  readonly onStop: (device: string, stop: Stretch) => void
}

/** 1:04:38 */
function exactLength({ fromMs, toMs }: Stretch): string {
  const seconds = Math.round((toMs - fromMs) / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** The same stretches as on the bars, none of them joined, newest first. */
export function SegmentTable({ machines, zone, onStop }: SegmentTableProps) {
  const w = words()
  const lang = language.value
  const all = machines
    .flatMap((machine) => (machine.stretches ?? []).map((stretch) => ({ ...machine, stretch })))
    .sort((a, b) => b.stretch.fromMs - a.stretch.fromMs)
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
        {all.slice(0, ROWS_MAX).map(({ device, stretch, remarks }) => (
          <tr key={`${device.id} ${stretch.fromMs}`}>
            <td>
              <code>{device.id}</code>
            </td>
            <td>{w.machineStates[stretch.state]}</td>
            <td class="num is-left">{exactText(stretch.fromMs, zone, lang)}</td>
            <td class="num is-left">{exactText(stretch.toMs, zone, lang)}</td>
            <td class="num">{exactLength(stretch)}</td>
            <td>
              {remarksOn(remarks, stretch).map(remarkText).join(' · ')}
              {isStop(stretch.state) && (
                <ActButton right="operate" class="button is-small" onClick={() => onStop(device.id, stretch)}>
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
