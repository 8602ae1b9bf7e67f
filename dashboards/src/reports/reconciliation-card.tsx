import type { ReconciliationAnswer, ReconciliationItem } from '../../../src/base/wire/entries.js'
import { ENTRIES_EVERY_MS, reconciliationPath } from '../entries/gateway.js'
import { entryWords } from '../entries/words.js'
import { decimal, shareText, shownUnit } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { language } from '../settings.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon, type IconName } from '../ui/icon.js'
import { Unit } from '../ui/text.js'
import { exactDecimal } from './number.js'
import { dayBefore } from './period.js'

const SHAPES: Readonly<Record<ReconciliationItem['verdict'], IconName>> = {
  agrees: 'check',
  differs: 'alert',
  unknown: 'clock',
}

/** Card of what was billed against what the meters counted on the same days; read again when `changes` is another one. */
export function ReconciliationCard({ plant, changes }: { readonly plant: string; readonly changes: number }) {
  const w = entryWords().reconciliation
  const { value: answer, again } = usePolled<ReconciliationAnswer>(reconciliationPath(plant), ENTRIES_EVERY_MS, changes)
  if (answer.kind === 'loading') return null
  const items = answer.kind === 'loaded' ? answer.value.items.toSorted((a, b) => b.from.localeCompare(a.from)) : []
  const tolerance = items[0]?.tolerance_pct
  return (
    <section class="card" aria-label={w.title} data-card="reconciliation">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{answer.kind === 'loaded' && items.length === 0 ? w.none : w.sub}</span>
      </header>
      {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
      {items.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="table-wide" tabIndex={0} aria-label={w.sub}>
          <table class="table">
            <thead>
              <tr>
                <th>{entryWords().types.bill}</th>
                <th>{w.verdict}</th>
                <th class="num">{w.billed}</th>
                <th class="num">{w.metered}</th>
                <th class="num">{w.difference}</th>
                <th class="num">{w.share}</th>
                <th class="num wide-only">{w.coverage}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {tolerance !== undefined && (
        <footer class="card-foot">{w.tolerance(`${decimal(tolerance, 1, language.value)} %`)}</footer>
      )}
    </section>
  )
}

function Row({ item }: { readonly item: ReconciliationItem }) {
  const w = entryWords()
  const lang = language.value
  const amount = (value: number | null) =>
    value === null ? (
      '—'
    ) : (
      <span class="value">
        {exactDecimal(String(Number(value.toFixed(3))), lang)}
        <Unit unit={shownUnit(item.unit)} />
      </span>
    )
  return (
    <tr data-bill={item.id} data-verdict={item.verdict}>
      <td>
        <span title={item.metric}>{entryWords().register(item.metric)}</span>
        <p class="faint num is-left">
          {w.range(item.from, dayBefore(item.to))}
          {item.document !== null && ` · ${item.document}`}
        </p>
      </td>
      <td>
        <span class={`entry-status ${item.verdict === 'differs' ? 'is-strong' : ''}`}>
          <Icon name={SHAPES[item.verdict]} size={14} />
          {w.verdicts[item.verdict]}
        </span>
      </td>
      <td class="num">{amount(item.billed)}</td>
      <td class="num">{amount(item.metered)}</td>
      <td class="num">{amount(item.difference)}</td>
      <td class="num">{item.difference_pct === null ? '—' : `${decimal(item.difference_pct, 2, lang)} %`}</td>
      <td class="num wide-only">{shareText(item.coverage, lang)}</td>
    </tr>
  )
}
