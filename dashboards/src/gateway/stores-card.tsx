import type { StoreStatus } from '../../../src/base/wire.js'
import { checkText } from '../configuration/problems/problem-text.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'

/** Each store, how far behind it is, and why when it takes nothing. */
export function StoresCard({ stores }: { readonly stores: readonly StoreStatus[] }) {
  const w = words().gateway.stores
  const lang = language.value
  const both = ({ readings, kpis }: StoreStatus['refused']) =>
    `${decimal(readings, 0, lang)} ${w.readings} · ${decimal(kpis, 0, lang)} ${w.figures}`
  const waiting = ({ provisional = 0, ...counts }: StoreStatus['pending']) =>
    provisional === 0 ? both(counts) : `${both(counts)} · ${decimal(provisional, 0, lang)} ${w.provisional}`
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
      </header>
      <ul class="rows">
        {stores.map((store) => (
          <li key={store.name} class="store" data-store={store.name}>
            <span class="row">
              <span class="state">
                {store.state === 'waiting' ? (
                  <span class="ring" aria-hidden="true" />
                ) : (
                  <span class="dot" aria-hidden="true" />
                )}
                <strong>{store.name}</strong>
                <span class="faint">
                  {[store.type, store.answers_history ? w.answers : ''].filter(Boolean).join(' · ')}
                </span>
              </span>
              <span class={store.state === 'current' ? 'faint' : 'is-strong'}>{w.states[store.state]}</span>
            </span>
            {store.reason !== '' && <span class="row">{checkText(store.reason)}</span>}
            <span class="row faint num">
              <span>{w.pending}</span>
              <span>{waiting(store.pending)}</span>
            </span>
            <span class="row faint num">
              <span>{w.refused}</span>
              <span>{both(store.refused)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
