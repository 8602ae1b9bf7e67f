import type { KpiInfo } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { RestatementItem, RestatementsAnswer } from '../../../src/views/wire/records.js'
import { decimal, figureFor } from '../format.js'
import { queryOf } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import type { Span } from '../series/points.js'
import { language, words } from '../settings.js'
import { exactText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { Value } from '../ui/text.js'
import { reportWords } from './words.js'

interface RestatementsProps {
  readonly plant: PlantNode
  readonly span: Span
  readonly figures: ReadonlyMap<string, KpiInfo>
}

const SHOWN_MAX = 200
const EVERY_MS = 60_000

/** Final figures that changed in a period: an auditor looks for them first. */
export function RestatementsCard({ plant, span, figures }: RestatementsProps) {
  const w = reportWords().restatements
  const query = new URLSearchParams({
    ...queryOf(span),
    limit: String(SHOWN_MAX),
  })
  const path = `/plants/${encodeURIComponent(plant.id)}/restatements?${query}`
  const { value: answer, again } = usePolled<RestatementsAnswer>(path, EVERY_MS)
  if (answer.kind === 'loading') return null
  const { items, next } = answer.kind === 'loaded' ? answer.value : { items: [], next: null }
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
        {answer.kind === 'loaded' && items.length === 0 && <span class="card-sub">{w.none}</span>}
      </header>
      {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
      {items.length > 0 && (
        <div class="table-wide">
          <table class="table is-dense">
            <thead>
              <tr>
                <th>{w.at}</th>
                <th>{w.what}</th>
                <th class="num">{w.before}</th>
                <th class="num">{w.after}</th>
                <th>{w.reason}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row
                  key={`${item.kpi}${item.id}${item.window}${item.start}${item.at}`}
                  item={item}
                  plant={plant}
                  figures={figures}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== null && <footer class="card-foot">{w.cut(decimal(items.length, 0, language.value))}</footer>}
    </section>
  )
}

interface RowProps {
  readonly item: RestatementItem
  readonly plant: PlantNode
  readonly figures: ReadonlyMap<string, KpiInfo>
}

function Row({ item, plant, figures }: RowProps) {
  const lang = language.value
  const w = words()
  const info = figures.get(item.kpi)
  const size = Math.max(Math.abs(item.before.value ?? 0), Math.abs(item.after.value ?? 0))
  const figure = figureFor(info ?? { id: item.kpi, unit: '1', shape: 'level' }, size)
  return (
    <tr>
      <td class="num is-left">{exactText(Date.parse(item.at), plant.timezone, lang)}</td>
      <td>
        {info?.name[lang] ?? item.kpi} · {item.id} · {w.windows[item.window]} ·{' '}
        <span class="num">{exactText(Date.parse(item.start), plant.timezone, lang)}</span>
      </td>
      <td class="num">
        <Value value={item.before.value} figure={figure} />
      </td>
      <td class="num">
        <Value value={item.after.value} figure={figure} />
      </td>
      <td>{w.chart.restatedBy[item.reason]}</td>
    </tr>
  )
}
