import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { State } from '../../../src/base/states.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { Gantt, type GanttMachine } from '../chart/gantt.js'
import { SegmentTable } from '../chart/segment-table.js'
import type { CardPicture } from '../export/card-picture.js'
import { useFigures } from '../series/figures.js'
import { may, whyNot } from '../session.js'
import { language, words } from '../settings.js'
import { nowMs, route } from '../state.js'
import { lengthMsOf } from '../time/range.js'
import { rangeText } from '../time/range-text.js'
import { isoText } from '../time/time.js'
import type { PlaceProps } from '../ui/card-frame.js'
import { type CardRows, CardTools } from '../ui/card-tools.js'
import { EmptyState } from '../ui/empty-state.js'
import { Icon } from '../ui/icon.js'
import { notify } from '../ui/notice.js'
import { Skeleton } from '../ui/skeleton.js'
import { TableButton } from '../ui/table-button.js'
import { DowntimeDialog } from './downtime-dialog.js'
import type { StateInterval } from './gantt.js'
import { type PlantStates, STATES_SPAN_MAX_MS, useRemarks, useStates } from './states-over-time.js'
import { accountable } from './time-account.js'
import { TimeAccounts } from './time-accounts.js'
import { TimeLegend } from './time-bar.js'
import type { Stop } from './whole-stop.js'

const ROW_FIGURES = ['availability', 'cycles']
/** Machines for which figures of a past day are read one by one. */
const MACHINES_READ_MAX = 20

interface RobotsProps extends PlaceProps {
  /** The card then shows this robot alone. */
  readonly device?: string
}

/** Card of what robots and machines were doing, over time; nothing at all in a plant that has none. */
export function RobotsCard({ plant, line, device: only }: RobotsProps) {
  const w = words()
  const isTable = useSignal(false)
  const zone = plant.timezone
  const all = useMemo(
    () =>
      accountable(plant).filter(
        ({ device, line: { id } }) => (line === null || id === line) && (only === undefined || device.id === only),
      ),
    [plant, line, only],
  )
  const isShort = lengthMsOf(route.value.range) <= STATES_SPAN_MAX_MS
  const isWanted = isShort && all.length > 0
  const { states, problem, retry } = useStates(plant.id, zone, isWanted)
  if (all.length === 0) return null
  const known = states.value
  const place = { zone, language: language.value, nowMs: nowMs.value }
  const isFailed = isShort && known.kind === 'failed'
  return (
    <section class="card robots-card" aria-label={w.robots.title} data-card="robots">
      <header class="card-head">
        <span class="pillar-square pillar-intelligent" aria-hidden="true" />
        <h2>{w.robots.title}</h2>
        {!isFailed && (
          <span class="card-sub">
            {isShort ? w.machines.ofPlanned(rangeText(route.value.range, place, w)) : w.machines.tooLong}
          </span>
        )}
        <span class="card-tools">
          {isShort && known.kind === 'loaded' ? (
            <CardTools
              isTable={isTable}
              name={[plant.id, ...(line === null ? [] : [line]), ...(only === undefined ? [] : [only]), 'states']}
              span={known.value.span}
              zone={zone}
              rows={() => stateRows(all, known.value, zone)}
              picture={() => statePicture(all, known.value, rangeText(route.value.range, place, w))}
            />
          ) : (
            <TableButton isTable={isTable} />
          )}
        </span>
      </header>
      {isFailed && (
        <p class="card-problem" role="alert">
          <Icon name="alert" />
          <span>
            {w.machines.failed}: {known.detail} {w.machines.instead}
          </span>
          <button type="button" class="button is-small" onClick={retry}>
            {w.error.retry}
          </button>
        </p>
      )}
      {!isShort || isFailed ? (
        <TimeAccounts plant={plant} machines={all} isTable={isTable.value} />
      ) : known.kind === 'loaded' ? (
        <OverTime plant={plant} machines={all} known={known.value} isTable={isTable.value} problem={problem.value} />
      ) : (
        <div class="gantt-waiting" style={{ height: `${all.length * 36 + 24}px` }}>
          <Skeleton class="is-plot" />
        </div>
      )}
    </section>
  )
}

type Machines = ReturnType<typeof accountable>

function stateRows(machines: Machines, known: PlantStates, zone: string): CardRows {
  return {
    columns: ['device', 'line', 'state', 'from', 'to', 'seconds'],
    rows: machines.flatMap(({ device, line }) =>
      (known.byDevice.get(device.id)?.intervals ?? []).map(({ state, fromMs, toMs }) => [
        device.id,
        line.id,
        state,
        isoText(fromMs, zone),
        isoText(toMs, zone),
        (toMs - fromMs) / 1000,
      ]),
    ),
  }
}

/** A bar of time for each machine: full while it produces, half in setup, an outline in any other state. */
function statePicture(machines: Machines, known: PlantStates, subtitle: string): CardPicture {
  const w = words()
  const { fromMs, toMs } = known.span
  const shareOf = (ms: number) => ms / (toMs - fromMs)
  return {
    title: w.robots.title,
    subtitle,
    columns: [],
    rows: machines.map(({ device }) => {
      const intervals = known.byDevice.get(device.id)?.intervals ?? []
      return {
        name: device.id,
        bars: intervals.map(({ state, fromMs: begin, toMs: end }) => ({
          share: shareOf(end - begin),
          look: state === 'PRODUCING' ? ('full' as const) : state === 'SETUP' ? ('half' as const) : ('line' as const),
        })),
        values: [],
      }
    }),
    note: [w.machineStates.PRODUCING, w.machineStates.SETUP].join(', '),
  }
}

interface OverTimeProps {
  readonly plant: PlantNode
  readonly machines: ReturnType<typeof accountable>
  readonly known: PlantStates
  readonly isTable: boolean
  readonly problem: string
}

function OverTime({ plant, machines, known, isTable, problem }: OverTimeProps) {
  const w = words()
  const zone = plant.timezone
  const stop = useSignal<Stop | null>(null)
  const { remarks, again } = useRemarks(plant.id, zone, true)
  // A sender without a role is a machine once it has told a state.
  const shown = machines.filter(({ device }) => device.role !== null || known.byDevice.has(device.id))
  const ids = shown.slice(0, MACHINES_READ_MAX).map(({ device }) => device.id)
  const figures = useFigures({ plant: plant.id, zone, scope: 'device', ids, kpis: ROW_FIGURES })
  const { span } = known
  const now = nowMs.peek()
  const isNow = now >= span.fromMs && now <= span.toMs + 60_000
  const rows = shown.map(
    ({ device, line }): GanttMachine => ({
      device,
      line,
      intervals: known.byDevice.get(device.id)?.intervals ?? null,
      remarks: remarks.value.filter((remark) => remark.device === device.id),
      figures: { utilization: figures.of('availability', device.id), cycles: figures.of('cycles', device.id) },
    }),
  )
  const told = rows.flatMap(({ intervals }) => intervals ?? [])
  // The rows say so of a past without states: the hint that would fill the page is for the present.
  if (told.length === 0 && isNow) return <EmptyState plant={plant} subject="robot" />
  const ask = (device: string, interval: StateInterval) => {
    const last = known.byDevice.get(device)?.intervals.at(-1)
    stop.value = { device, interval, isOpen: isNow && last !== undefined && last.toMs === interval.toMs, shown: span }
  }
  const mayAsk: typeof ask = (...of) => (may('operate') ? ask(...of) : notify(whyNot('operate')))
  const isCut = [...known.byDevice.values()].some((machine) => machine.isCut)
  return (
    <>
      {isTable ? (
        <SegmentTable machines={rows} zone={zone} onStop={mayAsk} />
      ) : (
        <Gantt
          plant={plant.id}
          zone={zone}
          span={span}
          machines={rows}
          nowMs={isNow ? Math.min(now, span.toMs) : null}
          onStop={mayAsk}
        />
      )}
      <footer class="card-foot">
        <TimeLegend states={new Set<State>(told.map(({ state }) => state))} />
        {isCut && <span class="foot-end">{w.machines.cut}</span>}
        {problem !== '' && <span class="foot-end">{w.machines.notNew(problem)}</span>}
      </footer>
      <DowntimeDialog
        plant={plant.id}
        zone={zone}
        stop={stop.value}
        onClose={() => (stop.value = null)}
        onSaid={again}
      />
    </>
  )
}
