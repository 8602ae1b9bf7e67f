import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { KpiInfo, KpiPoint, Window } from '../../../src/base/kpi.js'
import type { PlantNode, Target } from '../../../src/base/wire.js'
import type { ChartModel } from '../chart/view.js'
import { figureFor, referenceText } from '../format.js'
import { useHistory } from '../history.js'
import { linkTo } from '../nav.js'
import { spanOf, within } from '../points.js'
import { lengthMsOf } from '../range.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { type Reference, referenceFor, STALE_AFTER_MS } from '../tile-model.js'
import { Chart } from './chart.js'
import { ChartFoot } from './chart-foot.js'
import { ChartTable } from './chart-table.js'
import { ErrorBody } from './error-card.js'
import { Icon } from './icon.js'
import { Skeleton } from './skeleton.js'
import { subscripts } from './text.js'
import { WindowSwitch } from './window-switch.js'

type PlantRoute = Extract<Route, { view: 'plant' }>

interface ChartCardProps {
  readonly plant: PlantNode
  readonly info: KpiInfo
  readonly kpis: readonly KpiInfo[]
  readonly at: PlantRoute
  readonly window: Window
}

/** One figure of one plant over time: its past from history, its present from the feed. Give it a key by stream. */
export function ChartCard({ plant, info, kpis, at, window }: ChartCardProps) {
  const lang = language.value
  const w = words()
  const isTable = useSignal(false)
  const cursor = useSignal<number | null>(null)
  const lengthMs = lengthMsOf(at.range)
  const { points: all, past, retry } = useHistory({ plant: plant.id, kpi: info.id, window }, lengthMs)
  const newest = all.value.at(-1)
  // A silence is drawn as one only when it is longer than a device may be silent.
  const silentMs = newest === undefined ? 0 : nowMs.value - Date.parse(newest.end)
  const endMs = newest === undefined || silentMs > STALE_AFTER_MS ? startOfMinute(nowMs.value) : Date.parse(newest.end)
  const model = useMemo((): ChartModel => {
    const span = spanOf(all.value, lengthMs, endMs)
    const points = within(all.value, span)
    const figure = figureFor(info, Math.max(0, ...points.map((p) => Math.abs(p.value ?? 0))))
    const reference = chartReference(plant.targets, info, window)
    const value = reference === null ? '' : `${referenceText(reference.value, figure, lang)} ${figure.unit}`.trim()
    const label = reference === null ? '' : w.tile[reference.kind](value)
    return {
      points,
      span,
      info,
      figure,
      reference: reference === null ? null : { value: reference.value, isLimit: reference.kind !== 'target', label },
      zone: plant.timezone,
      language: lang,
    }
  }, [all.value, endMs, lengthMs, info, plant.targets, plant.timezone, window, lang, w])

  const choose = (event: Event) => {
    location.hash = linkTo({ ...at, kpi: (event.currentTarget as HTMLSelectElement).value })
  }
  return (
    <section class="card chart-card" aria-label={info.name[lang]} data-chart={info.id} data-window={window}>
      <header class="card-head">
        <span class={`pillar-square pillar-${info.pillar}`} aria-hidden="true" />
        <span class="select">
          <span aria-hidden="true">{subscripts(info.name[lang])}</span>
          <Icon name="chevron" />
          <select value={info.id} onChange={choose} aria-label={w.chart.kpi}>
            {kpis.map((k) => (
              <option key={k.id} value={k.id}>
                {k.name[lang]}
              </option>
            ))}
          </select>
        </span>
        <span class="card-sub">{w.windows[window]}</span>
        <span class="card-tools">
          <WindowSwitch info={info} at={at} window={window} />
          <button
            type="button"
            class="button is-icon"
            aria-pressed={isTable.value}
            title={isTable.value ? w.chart.showChart : w.chart.showTable}
            aria-label={isTable.value ? w.chart.showChart : w.chart.showTable}
            onClick={() => {
              isTable.value = !isTable.value
            }}
          >
            <Icon name={isTable.value ? 'chart' : 'table'} />
          </button>
        </span>
      </header>
      <div class="chart-body">
        {past.value.kind === 'failed' ? (
          <ErrorBody title={w.error.chart} detail={past.value.detail} onRetry={retry} />
        ) : past.value.kind === 'loading' ? (
          <Skeleton class="chart-skeleton" />
        ) : isTable.value ? (
          <ChartTable model={model} window={window} />
        ) : (
          <Chart model={model} onCursor={(index) => (cursor.value = index)} />
        )}
      </div>
      <ChartFoot
        model={past.value.kind === 'loaded' ? model : null}
        window={window}
        point={pointAt(model.points, cursor.value)}
      />
    </section>
  )
}

/** The end of a silence moves by minutes: a chart of hours need not be painted every second. */
const startOfMinute = (ms: number) => Math.floor(ms / 60_000) * 60_000

function pointAt(points: readonly KpiPoint[], index: number | null): KpiPoint | null {
  return index === null ? null : (points[index] ?? null)
}

/** A level has the same limit in every window; a sum or a ratio only in the window it was set for. */
function chartReference(targets: readonly Target[], info: KpiInfo, window: Window): Reference | null {
  const asked = targets.some((t) => t.kpi === info.id && t.window === window)
  const any = info.shape === 'level' ? targets.find((t) => t.kpi === info.id)?.window : undefined
  return referenceFor(targets, info.id, asked ? window : (any ?? window), null)
}
