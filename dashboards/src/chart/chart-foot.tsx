import type { ReadonlySignal } from '@preact/signals'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { decimal, figureFor, shareText, signedText } from '../format.js'
import type { Asked } from '../series/card-points.js'
import { memberOf, placeAt, timesOf } from '../series/points.js'
import { useRangePoints } from '../series/range-points.js'
import { words } from '../settings.js'
import { nowMs } from '../state.js'
import { offsetText, windowText } from '../time/time.js'
import { subscripts, Value } from '../ui/text.js'
import { cursor, isReadAloud } from './cursor.js'
import { changeOf, extremesOf } from './facts.js'
import type { ChartModel } from './model.js'
import { estimatedText } from './point-text.js'
import { pointWords } from './words.js'

/** Notes that are said at most: a day or a month may have many, and the table has them all. */
const NOTES_MAX = 4

interface ChartFootProps {
  readonly model: ReadonlySignal<ChartModel | null>
  /** Owner of the cursor when the cursor is this chart's. */
  readonly owner: object
  /** There is nothing to say: the chart could not be loaded. */
  readonly isSilent: boolean
}

/** Two to four facts of what is in view or, under the cursor, everything that is known of one window. */
export function ChartFoot({ model, owner, isSilent }: ChartFootProps) {
  const shown = isSilent ? null : model.value
  const at = cursor.value
  const place = shown === null || at === null ? null : placeAt(shown.points, at.ms)
  const point = place === null ? undefined : shown?.points[place]
  return (
    <footer
      class="card-foot chart-foot"
      aria-live={isReadAloud(at, owner) ? 'polite' : 'off'}
      data-reading={point?.start}
    >
      {shown !== null && (point === undefined ? <ViewFacts model={shown} /> : <ReadOut model={shown} point={point} />)}
    </footer>
  )
}

function whenOf(point: KpiPoint, { zone, language }: ChartModel): string {
  const { fromMs, toMs } = timesOf(point)
  return windowText(fromMs, toMs, point.window, { zone, language, nowMs: nowMs.peek() })
}

function ReadOut({ model, point }: { readonly model: ChartModel; readonly point: KpiPoint }) {
  const w = words()
  const lang = model.language
  const { fromMs } = timesOf(point)
  const all = pointWords(point, model, w)
  const notes = all.length > NOTES_MAX ? [...all.slice(0, NOTES_MAX), `+${all.length - NOTES_MAX}`] : all
  const before = beforeAt(model, (fromMs + timesOf(point).toMs) / 2)
  return (
    <>
      <span class="num">
        {whenOf(point, model)} <span class="faint">{offsetText(fromMs, model.zone)}</span>
      </span>
      <strong>
        <Value value={point.value} figure={model.figure} />
      </strong>
      {before !== undefined && (
        <span class="faint">
          {w.legend.before} <Value value={before.value} figure={model.figure} />
        </span>
      )}
      <span class="num">
        {w.chart.coverage} {shareText(point.coverage, lang)}
      </span>
      {point.estimated_share > 0 && (
        <span class="num">
          {w.chart.estimated} {estimatedText(point.estimated_share)}
        </span>
      )}
      {notes.length > 0 && <span class="chart-notes">{subscripts(notes.join(' · '))}</span>}
      <span class="foot-end num">
        {point.provisional ? w.chart.provisional : w.chart.final}
        {' · '}
        {w.chart.rev(String(point.rev))}
      </span>
    </>
  )
}

/** The window of the period before that lies under an instant. */
function beforeAt({ before }: ChartModel, ms: number): KpiPoint | undefined {
  if (before === null) return undefined
  const place = placeAt(before.points, ms - before.shiftMs)
  return place === null ? undefined : before.points[place]
}

/** The gateway says the total of the time in view; the windows that stand out are in the picture. */
function ViewFacts({ model }: { readonly model: ChartModel }) {
  const w = words()
  const { stream, info, span, points, figure } = model
  const asked: Asked = { ...memberOf(stream), kpi: info.id, window: '1d' }
  const total = useRangePoints(stream.plant, [asked], span).of(asked)[0]
  if (points.length === 0) return <span>{w.chart.nothing}</span>
  const { highest, lowest } = extremesOf(points)
  const isSum = info.shape === 'sum'
  const fact = (label: string, point: KpiPoint | null) =>
    point !== null && (
      <span>
        {label}{' '}
        <strong>
          <Value value={point.value} figure={figure} />
        </strong>{' '}
        <span class="faint num">{whenOf(point, model)}</span>
      </span>
    )
  return (
    <>
      {isSum && total !== undefined && total.value !== null && (
        <span>
          {w.chart.sum}{' '}
          <strong>
            <Value value={total.value} figure={figureFor(info, total.value)} />
          </strong>
        </span>
      )}
      <Changed model={model} />
      {fact(w.chart.highest, highest)}
      {!isSum && fact(w.chart.lowest, lowest)}
      {total !== undefined && (
        <span class="foot-end num">
          {w.chart.coverage} {shareText(total.coverage, model.language)}
          {total.estimated_share > 0 && ` · ${w.chart.estimated} ${estimatedText(total.estimated_share)}`}
        </span>
      )}
    </>
  )
}

/** Both sums and the change, of what both periods have. */
function Changed({ model }: { readonly model: ChartModel }) {
  const w = words()
  const change = changeOf(model)
  if (change === null) return null
  const { now, before, share, isRunning } = change
  const figure = figureFor(model.info, Math.max(Math.abs(now), Math.abs(before)))
  const sign = share !== null && share > 0 ? '+' : ''
  return (
    <span title={isRunning ? w.chart.windowsThatAreOver : undefined} data-change={share ?? ''}>
      {w.legend.before} <Value value={before} figure={figure} />
      {' → '}
      <Value value={now} figure={figure} />
      <strong class="num"> {signedText(now - before, figure, model.language)}</strong>
      {share !== null && (
        <strong class="num">
          {' '}
          ({sign}
          {decimal(share * 100, 1, model.language)} %)
        </strong>
      )}
      {isRunning && <span class="faint"> {w.chart.over}</span>}
    </span>
  )
}
