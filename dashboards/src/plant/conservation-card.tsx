import type { Accounting, IgnoredMessages, StoreAccounting } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { Icon } from '../ui/icon.js'

interface Sum {
  readonly name: string
  readonly whole: { readonly name: string; readonly count: number }
  readonly parts: readonly { readonly name: string; readonly count: number }[]
}

/** Place where a message, a reading or a figure may be. */
type Place =
  | keyof Accounting['messages']
  | keyof Accounting['readings']
  | keyof StoreAccounting['readings']
  | keyof StoreAccounting['kpis']

/** The conservation identity: what came in, and where each part of it is. */
export function ConservationCard({ accounting }: { readonly accounting: Accounting }) {
  const w = words().gateway.conservation
  return (
    <section class="card" aria-label={w.title} data-closes={accounting.closes}>
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class={`card-sub state ${accounting.closes ? '' : 'is-strong'}`}>
          <Icon name={accounting.closes ? 'check' : 'alert'} size={14} />
          {accounting.closes ? w.closes : w.open}
        </span>
      </header>
      <div class="table-wide">
        <table class="table sums">
          <tbody>
            {sumsOf(accounting).map((sum) => (
              <SumRow key={sum.name} sum={sum} />
            ))}
          </tbody>
        </table>
      </div>
      {accounting.elements_rejected > 0 && (
        <footer class="card-foot">{w.elements(decimal(accounting.elements_rejected, 0, language.value))}</footer>
      )}
      <Ignored ignored={accounting.ignored ?? []} />
    </section>
  )
}

const RULES_SHOWN = 5

/** Lists the messages that profiles ignore, the most frequent first. */
function Ignored({ ignored }: { readonly ignored: readonly IgnoredMessages[] }) {
  const w = words().gateway.conservation
  const count = (number: number) => decimal(number, 0, language.value)
  if (ignored.length === 0) return null
  const total = ignored.reduce((sum, { messages }) => sum + messages, 0)
  return (
    <footer class="card-foot" data-ignored={total}>
      {w.ignored(count(total))}
      <ul>
        {ignored.slice(0, RULES_SHOWN).map(({ profile, rule, messages }) => (
          <li key={`${profile} ${rule}`}>
            <span class="num">{count(messages)}</span> {profile}: <code>{rule}</code>
          </li>
        ))}
        {ignored.length > RULES_SHOWN && <li>{w.ignoredMore(count(ignored.length - RULES_SHOWN))}</li>}
      </ul>
    </footer>
  )
}

function SumRow({ sum: { name, whole, parts } }: { readonly sum: Sum }) {
  const lang = language.value
  return (
    <tr>
      <th>{name}</th>
      <td class="sum">
        <strong class="num">{decimal(whole.count, 0, lang)}</strong> {whole.name}
        {parts.map((part, i) => (
          <span key={part.name} class={part.count === 0 ? 'faint' : ''}>
            <span class="faint"> {i === 0 ? '=' : '+'} </span>
            <span class="num">{decimal(part.count, 0, lang)}</span> {part.name}
          </span>
        ))}
      </td>
    </tr>
  )
}

function sumsOf({ messages, readings, stores }: Accounting): readonly Sum[] {
  const w = words().gateway.conservation
  const sum = <P extends Place>(name: string, of: Readonly<Record<P, number>>, whole: P, ...parts: P[]) => ({
    name,
    whole: { name: w[whole], count: of[whole] },
    parts: parts.map((part) => ({ name: w[part], count: of[part] })),
  })
  return [
    sum(w.messages, messages, 'received', 'decoded', 'rejected', 'undecoded'),
    sum(w.readings, readings, 'decoded', 'archived', 'duplicate', 'conflict', 'pending'),
    ...Object.entries(stores).flatMap(([name, store]): readonly Sum[] => [
      sum(w.store(name), store.readings, 'archived', 'stored', 'refused', 'pending'),
      sum(w.points(name), store.kpis, 'final', 'stored', 'refused', 'pending'),
    ]),
  ]
}
