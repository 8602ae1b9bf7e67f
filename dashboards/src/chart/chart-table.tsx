import type { ReadonlySignal } from '@preact/signals'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { figureText, shareText, signedText } from '../format.js'
import { timesOf } from '../series/points.js'
import { words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText, windowText } from '../time/time.js'
import { TableView } from '../ui/table-view.js'
import { subscripts, Unit } from '../ui/text.js'
import { differenceOf, earlierOf } from './facts.js'
import type { ChartModel } from './model.js'
import { estimatedText } from './point-text.js'
import { flagWords, pointWords } from './words.js'

/** The reason of a null and the flags, in words; the estimated share has a column of its own. */
export const notesOf = (point: KpiPoint) => flagWords(point, words())

/** The same windows as in the chart, newest first, with all that the marks say. */
export function ChartTable({ model }: { readonly model: ReadonlySignal<ChartModel | null> }) {
  const shown = model.value
  const w = words()
  // A row that has not changed is the same one: of hundreds, the feed moves the newest.
  const rows = useMemo(
    () => new WeakMap<KpiPoint, VNode>(),
    [
      shown?.figure.unit,
      shown?.figure.digits,
      shown?.language,
      shown?.notes,
      shown?.restated,
      shown?.zone,
      shown?.before,
    ],
  )
  if (shown === null) return null
  const rowOf = (point: KpiPoint) => {
    let row = rows.get(point)
    if (row === undefined) {
      row = <Row key={point.start} model={shown} point={point} />
      rows.set(point, row)
    }
    return row
  }
  return (
    <TableView class="table-scroll">
      <thead>
        <tr>
          <th>{w.table.time}</th>
          <th class="num">
            {w.table.value}
            <Unit unit={shown.figure.unit} />
          </th>
          {shown.before !== null && <th class="num">{w.legend.before}</th>}
          {shown.before !== null && <th class="num">{w.table.difference}</th>}
          <th class="num">{w.table.coverage}</th>
          <th class="num">{w.table.estimated}</th>
          <th>{w.table.state}</th>
          <th>{w.table.notes}</th>
          <th class="num">{w.table.rev}</th>
        </tr>
      </thead>
      <tbody>{shown.points.toReversed().map(rowOf)}</tbody>
    </TableView>
  )
}

function Row({ model, point }: { readonly model: ChartModel; readonly point: KpiPoint }) {
  const w = words()
  const { zone, language, figure } = model
  const { fromMs, toMs } = timesOf(point)
  const earlier = earlierOf(model, point)
  const difference = differenceOf(point, earlier)
  return (
    <tr data-start={point.start} data-value={point.value ?? ''}>
      <td class="num is-left" title={exactText(fromMs, zone, language)}>
        {windowText(fromMs, toMs, point.window, { zone, language, nowMs: nowMs.peek() })}
      </td>
      <td class="num" title={point.value === null ? undefined : `${point.value} ${point.unit}`}>
        {point.value === null ? '—' : figureText(point.value, figure, language)}
      </td>
      {model.before !== null && (
        <>
          <td class="num" data-before={earlier?.value ?? ''}>
            {earlier === undefined || earlier.value === null ? '—' : figureText(earlier.value, figure, language)}
          </td>
          <td class="num">{difference === null ? '—' : signedText(difference, figure, language)}</td>
        </>
      )}
      <td class="num">{shareText(point.coverage, language)}</td>
      <td class="num">{point.estimated_share > 0 ? estimatedText(point.estimated_share) : ''}</td>
      <td>{point.provisional ? w.chart.provisional : w.chart.final}</td>
      <td class="chart-words">{subscripts(pointWords(point, model, w).join(' · '))}</td>
      <td class="num">{point.rev}</td>
    </tr>
  )
}
