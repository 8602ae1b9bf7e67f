import type { AllowancePosition } from '../../../src/views/wire/carbon-market.js'
import { decimal } from '../format.js'
import { language } from '../settings.js'
import { marketWords } from './words.js'

/** Allowances that are held, what was emitted, and how the year will probably end. */
export function AllowancesCard({ of }: { readonly of: AllowancePosition }) {
  const w = marketWords()
  const { year, held, surrendered, used, days_unknown, projected, reason, difference, price, value } = of
  const t = (amount: number) => decimal(amount, 1, language.value)
  const rows: readonly (readonly [name: string, said: string, note: string])[] = [
    [w.held, held === null ? w.none : t(held), held === null ? w.nothingHeld : ''],
    [w.surrendered, surrendered === null ? w.none : t(surrendered), ''],
    [w.used, used === null ? w.none : t(used), days_unknown > 0 ? w.unknownDays(String(days_unknown)) : ''],
    [
      w.projected,
      projected === null ? w.none : t(projected.value),
      projected === null ? (w.reasons[reason] ?? reason) : w.between(t(projected.low_90), t(projected.high_90)),
    ],
    [w.difference, difference === null ? w.none : t(difference), ''],
    [
      w.price,
      price === null ? w.none : `${decimal(price.price, 2, language.value)} ${price.currency}`,
      price === null ? w.noPrice : (price.document ?? ''),
    ],
    [w.value, value === null || price === null ? w.none : `${decimal(value, 0, language.value)} ${price.currency}`, ''],
  ]
  return (
    <section class="card" aria-label={w.allowances} data-card="allowances">
      <header class="card-head">
        <h2>{w.allowances}</h2>
        <span class="card-sub">{w.ofYear(String(year))}</span>
      </header>
      <table class="table">
        <tbody>
          {rows.map(([name, said, note]) => (
            <tr key={name}>
              <td>{name}</td>
              <td class="num">{said}</td>
              <td class="faint">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
