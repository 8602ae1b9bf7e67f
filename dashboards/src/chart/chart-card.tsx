import { useComputed, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import type { KpiInfo, Window } from '../../../src/base/kpi.js'
import type { PlantNode, Target } from '../../../src/base/wire.js'
import { type Figure, referenceText, shareText } from '../format.js'
import type { Stream } from '../series/points.js'
import { language, words } from '../settings.js'
import { WindowSwitch } from '../shell/window-switch.js'
import { nowMs, route } from '../state.js'
import { referenceFor } from '../tiles/model.js'
import { isTooFine, lengthMsOf, windowThatFits } from '../time/range.js'
import { offsetText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { subscripts } from '../ui/text.js'
import { Chart } from './chart.js'
import { ChartFoot } from './chart-foot.js'
import { ChartTable } from './chart-table.js'
import { ChartTools } from './chart-tools.js'
import type { ChartReference } from './model.js'
import { useChart } from './source.js'

interface ChartCardProps {
  readonly plant: PlantNode
  /** The plant as a whole where there is neither line nor device. */
  readonly line?: string | null
  readonly device?: string | null
  readonly info: KpiInfo
  /** null for the finest that fits the range and the width; so too where the range has too many of the one asked for. */
  readonly window: Window | null
  /** Draws a level as bars from zero: one that is of blocks of the clock, such as a demand. */
  readonly isBars?: boolean
  /** In place of the name of the figure. */
  readonly title?: ComponentChildren
  /** Addresses of the same page with another window; without it there is no choice of windows. */
  readonly linkToWindow?: (window: Window) => string
}

/**
 * About half the width: nearer than two pixels marks run into each other. The days of a year are to fit the chart of a
 * card on a desk, and a phone may go a little nearer.
 */
const marksIn = (widthPx: number) => Math.max(170, Math.floor(widthPx / 1.85))

/**
 * One figure of a plant, line or device over the range of the page, with all that belongs to a chart: limits of the
 * plant, the period before, what happened meanwhile, table, CSV and picture.
 */
export function ChartCard({ plant, line, device, info, window: asked, ...more }: ChartCardProps) {
  const lang = language.value
  const w = words()
  const root = useRef<HTMLElement>(null)
  const isTable = useSignal(false)
  const widthPx = useWidth(root)
  const lengthMs = lengthMsOf(route.value.range)
  const isPossible = asked !== null && info.windows.includes(asked) && !isTooFine(lengthMs, asked)
  const window = isPossible ? asked : windowThatFits(lengthMs, info.windows, marksIn(widthPx))
  const stream: Stream = {
    plant: plant.id,
    line: line ?? undefined,
    device: device ?? undefined,
    kpi: info.id,
    window,
  }
  const { isBars = info.shape === 'sum', title, linkToWindow } = more
  // Limits are those of the plant as a whole: a line has none of its own.
  const targets = line == null && device == null ? JSON.stringify(plant.targets) : '[]'
  const referenceIn = useCallback(
    (figure: Figure) => chartReference(JSON.parse(targets) as readonly Target[], info, window, figure),
    [targets, info, window, lang],
  )
  const source = useChart(root, { stream, info, zone: plant.timezone, isBars, referenceIn })
  const { shown, isPending, failure, retry } = source
  const hasPicture = useComputed(() => shown.value !== null).value
  return (
    <section
      ref={root}
      class="card chart-card"
      aria-label={info.name[lang]}
      aria-busy={isPending}
      data-chart={info.id}
      data-window={window}
      data-pending={isPending}
    >
      <header class="card-head">
        <span class={`pillar-square pillar-${info.pillar}`} aria-hidden="true" />
        {title ?? <h2>{subscripts(info.name[lang])}</h2>}
        <span class="card-sub">
          {w.windows[window]} · {plant.timezone} {offsetText(nowMs.peek(), plant.timezone)}
        </span>
        <span class="card-tools">
          {linkToWindow !== undefined && (
            <WindowSwitch info={info} window={window} lengthMs={lengthMs} linkTo={linkToWindow} />
          )}
          <ChartTools shown={shown} stream={stream} plant={plant} isTable={isTable} />
        </span>
      </header>
      <div class="chart-body">
        {failure !== null ? (
          <ErrorBody title={w.error.chart} detail={failure} onRetry={retry} />
        ) : !hasPicture ? (
          <Skeleton class="chart-skeleton" />
        ) : isTable.value ? (
          <ChartTable model={shown} />
        ) : (
          <Chart model={shown} owner={root} />
        )}
      </div>
      <ChartFoot model={shown} owner={root} isSilent={failure !== null} />
    </section>
  )
}

/** The width of what is drawn in; a guess before it has been laid out. */
function useWidth(root: { readonly current: HTMLElement | null }): number {
  const widthPx = useSignal(Math.min(innerWidth, 2200) - (innerWidth >= 1024 ? 330 : 90))
  useEffect(() => {
    const body = root.current?.querySelector('.chart-body')
    if (body == null) return
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) widthPx.value = Math.round(entry.contentRect.width) - 50
    })
    watch.observe(body)
    return () => watch.disconnect()
  }, [])
  return widthPx.value
}

/** A level has the same limit in every window; a sum or a ratio only in the window it was set for. */
function chartReference(
  targets: readonly Target[],
  info: KpiInfo,
  window: Window,
  figure: Figure,
): ChartReference | null {
  const isAsked = targets.some((t) => t.kpi === info.id && t.window === window)
  const any = info.shape === 'level' ? targets.find((t) => t.kpi === info.id)?.window : undefined
  const of = isAsked ? window : (any ?? window)
  const reference = referenceFor(targets, info.id, of, null)
  if (reference === null) return null
  const isLimit = reference.kind === 'limit'
  const lang = language.peek()
  const value = `${referenceText(reference.value, figure, lang)} ${figure.unit}`.trim()
  const warn = targets.find((t) => t.kpi === info.id && t.window === of)?.warn
  return {
    value: reference.value,
    isLimit,
    label: words().tile[reference.kind](value),
    warn: !isLimit || warn === undefined ? null : { value: reference.value * warn, label: shareText(warn, lang, 0) },
  }
}
