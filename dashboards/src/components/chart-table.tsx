import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { ChartModel } from '../chart/view.js'
import { figureText, shareText } from '../format.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText, windowText } from '../time.js'
import { subscripts, Unit } from './text.js'
import { estimatedText } from './tile.js'

/** The reason of a null and the flags, in words; the estimated share has a column of its own. */
export function notesOf(point: KpiPoint): readonly string[] {
  const w = words()
  const reason = point.reason === '' ? [] : [w.reasons[point.reason]]
  return [...reason, ...point.flags.filter((f) => f !== 'estimated').map((flag) => w.flags[flag])]
}

/** The same windows as in the chart, newest first, with all that the marks say. */
export function ChartTable({ model, window }: { readonly model: ChartModel; readonly window: Window }) {
  const lang = language.value
  const w = words()
  const place = { zone: model.zone, language: lang, nowMs: nowMs.value }
  return (
    <section
      class="table-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={w.chart.showTable}
    >
      <table class="table is-dense">
        <thead>
          <tr>
            <th>{w.table.time}</th>
            <th class="num">
              {w.table.value}
              <Unit unit={model.figure.unit} />
            </th>
            <th class="num">{w.table.coverage}</th>
            <th class="num">{w.table.estimated}</th>
            <th>{w.table.state}</th>
            <th>{w.table.notes}</th>
            <th class="num">{w.table.rev}</th>
          </tr>
        </thead>
        <tbody>
          {model.points.toReversed().map((p) => (
            <tr key={p.start}>
              <td class="num is-left" title={exactText(Date.parse(p.start), model.zone, lang)}>
                {windowText(Date.parse(p.start), Date.parse(p.end), window, place)}
              </td>
              <td class="num" title={p.value === null ? undefined : `${p.value} ${p.unit}`}>
                {p.value === null ? '—' : figureText(p.value, model.figure, lang)}
              </td>
              <td class="num">{shareText(p.coverage, lang)}</td>
              <td class="num">{p.estimated_share > 0 ? estimatedText(p.estimated_share) : ''}</td>
              <td>{p.provisional ? w.chart.provisional : w.chart.final}</td>
              <td>{subscripts(notesOf(p).join(' · '))}</td>
              <td class="num">{p.rev}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
