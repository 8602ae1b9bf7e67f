import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import { factsOf } from '../chart/facts.js'
import type { ChartModel } from '../chart/view.js'
import { figureFor, shareText } from '../format.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { windowText } from '../time.js'
import { notesOf } from './chart-table.js'
import { subscripts, Value } from './text.js'
import { estimatedText } from './tile.js'

interface ReadOutProps {
  readonly model: ChartModel
  readonly window: Window
  /** The window under the cursor. */
  readonly point: KpiPoint
}

interface ChartFootProps {
  /** null while there is nothing to say: the past is loading, or could not be loaded. */
  readonly model: ChartModel | null
  readonly window: Window
  readonly point: KpiPoint | null
}

/** Two to four facts of what is in view or, under the cursor, everything that is known of one window. */
export function ChartFoot({ model, window, point }: ChartFootProps) {
  return (
    <footer class="card-foot" aria-live={point === null ? 'off' : 'polite'}>
      {model !== null &&
        (point === null ? (
          <ViewFacts model={model} window={window} />
        ) : (
          <ReadOut model={model} window={window} point={point} />
        ))}
    </footer>
  )
}

function ReadOut({ model, window, point }: ReadOutProps) {
  const lang = language.value
  const w = words()
  const place = { zone: model.zone, language: lang, nowMs: nowMs.value }
  const notes = notesOf(point)
  return (
    <>
      <span class="num">{windowText(Date.parse(point.start), Date.parse(point.end), window, place)}</span>
      <strong>
        <Value value={point.value} figure={model.figure} />
      </strong>
      <span class="num">
        {w.chart.coverage} {shareText(point.coverage, lang)}
      </span>
      {point.estimated_share > 0 && (
        <span class="num">
          {w.chart.estimated} {estimatedText(point.estimated_share)}
        </span>
      )}
      {notes.length > 0 && <span>{subscripts(notes.join(' · '))}</span>}
      <span class="foot-end num">
        {point.provisional ? w.chart.provisional : w.chart.final}
        {' · '}
        {w.chart.rev(String(point.rev))}
      </span>
    </>
  )
}

function ViewFacts({ model, window }: Omit<ReadOutProps, 'point'>) {
  const lang = language.value
  const w = words()
  const facts = factsOf(model.points, model.info.shape)
  if (facts === null) return <span>{w.chart.nothing}</span>
  const place = { zone: model.zone, language: lang, nowMs: nowMs.value }
  const fact = (label: string, point: KpiPoint | null) =>
    point !== null && (
      <span>
        {label}{' '}
        <strong>
          <Value value={point.value} figure={model.figure} />
        </strong>{' '}
        <span class="faint num">{windowText(Date.parse(point.start), Date.parse(point.end), window, place)}</span>
      </span>
    )
  return (
    <>
      {facts.sum !== null && (
        <span>
          {w.chart.sum}{' '}
          <strong>
            <Value value={facts.sum} figure={figureFor(model.info, facts.sum)} />
          </strong>
        </span>
      )}
      {fact(w.chart.highest, facts.highest)}
      {facts.sum === null && fact(w.chart.lowest, facts.lowest)}
      <span class="foot-end num">
        {w.chart.coverage} {shareText(facts.coverage, lang)}
        {facts.estimatedShare > 0 && ` · ${w.chart.estimated} ${estimatedText(facts.estimatedShare)}`}
      </span>
    </>
  )
}
