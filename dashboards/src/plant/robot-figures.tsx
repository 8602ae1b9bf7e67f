import type { KpiPoint } from '../../../src/base/kpi.js'
import type { State } from '../../../src/base/states.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { figureFor } from '../format.js'
import { words } from '../settings.js'
import { catalogue } from '../state.js'
import { Value } from '../ui/text.js'

/** Figures that stand beside the bar of a machine. */
export interface Utilization {
  /** Producing of the planned busy time; with the calendar where nothing is planned. */
  readonly utilization: KpiPoint | undefined
  readonly cycles: KpiPoint | undefined
}

interface RobotFiguresProps {
  readonly figures: Utilization
  /** Now; null where now is not shown. */
  readonly state: State | null
}

export function RobotFigures({ figures: { utilization, cycles }, state }: RobotFiguresProps) {
  const w = words()
  const reason = utilization?.reason ?? ''
  return (
    <>
      <span
        class="gantt-figure"
        data-kpi="availability"
        data-value={utilization?.value ?? ''}
        title={reason === '' ? undefined : w.reasons[reason]}
      >
        <span class="sr-only">{w.robots.ofPlanned} </span>
        <Figure kpi="availability" point={utilization} />
      </span>
      <span class="gantt-figure gantt-cycles" data-kpi="cycles" data-value={cycles?.value ?? ''}>
        <span class="sr-only">{w.robots.cycles} </span>
        <Figure kpi="cycles" point={cycles} />
      </span>
      <span class={`gantt-now-state ${state === 'DOWN_FAULT' ? 'is-fault' : ''}`}>
        {state === 'DOWN_FAULT' && <SeveritySign severity="major" size={14} />}
        {state !== null && w.machineStates[state]}
      </span>
    </>
  )
}

function Figure({ kpi, point }: { readonly kpi: string; readonly point: KpiPoint | undefined }) {
  const info = catalogue.value.kind === 'loaded' ? catalogue.value.value.get(kpi) : undefined
  if (info === undefined) return <span class="value">—</span>
  return <Value value={point?.value ?? null} figure={figureFor(info, point?.value ?? 0)} />
}
