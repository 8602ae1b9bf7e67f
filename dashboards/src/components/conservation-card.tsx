import type { Accounting } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { Icon } from './icon.js'

interface Sum {
  readonly name: string
  readonly whole: { readonly name: string; readonly count: number }
  readonly parts: readonly { readonly name: string; readonly count: number }[]
}

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
    </section>
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
  const part = (name: string, count: number) => ({ name, count })
  return [
    {
      name: w.messages,
      whole: part(w.received, messages.received),
      parts: [
        part(w.decoded, messages.decoded),
        part(w.rejected, messages.rejected),
        part(w.undecoded, messages.undecoded),
      ],
    },
    {
      name: w.readings,
      whole: part(w.decoded, readings.decoded),
      parts: [
        part(w.archived, readings.archived),
        part(w.duplicate, readings.duplicate),
        part(w.conflict, readings.conflict),
        part(w.pending, readings.pending),
      ],
    },
    ...Object.entries(stores).flatMap(([name, store]): readonly Sum[] => [
      {
        name: w.store(name),
        whole: part(w.archived, store.readings.archived),
        parts: [
          part(w.stored, store.readings.stored),
          part(w.refused, store.readings.refused),
          part(w.pending, store.readings.pending),
        ],
      },
      {
        name: w.points(name),
        whole: part(w.final, store.kpis.final),
        parts: [
          part(w.stored, store.kpis.stored),
          part(w.refused, store.kpis.refused),
          part(w.pending, store.kpis.pending),
        ],
      },
    ]),
  ]
}
