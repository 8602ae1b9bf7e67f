import './trail.css'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AuditEntry } from '../../../src/base/audit-log.js'
import type { AuditLogAnswer } from '../../../src/base/wire/audit-log.js'
import { canDigest, digestOf } from '../entries/gateway.js'
import { decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { may } from '../session.js'
import { language, words } from '../settings.js'
import { exactText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { NotAllowed } from '../ui/not-allowed.js'
import { type Chain, chainOf } from './chain.js'

const EVERY_MS = 10_000
const SHOWN_FIRST = 20
const SHOWN_MAX = 1_000
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Card of what people and programs did to the gateway, the newest first, and of whether its chain holds. */
export function TrailCard() {
  const w = words().gateway.trail
  return (
    <section class="card trail" aria-label={w.title} data-card="trail">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        {may('audit') && (
          <span class="card-tools">
            <a class="button is-small" href="/api/v1/trail.csv" download title={w.csv}>
              <Icon name="download" size={14} />
              CSV
            </a>
          </span>
        )}
      </header>
      {may('audit') ? <Trail /> : <NotAllowed right="audit" />}
    </section>
  )
}

function Trail() {
  const w = words().gateway.trail
  const lang = language.value
  const shown = useSignal(SHOWN_FIRST)
  const { value: answer, again } = usePolled<AuditLogAnswer>(`/trail?limit=${shown.value}`, EVERY_MS)
  const last = useSignal<AuditLogAnswer>({ items: [], next: null })
  if (answer.kind === 'failed') return <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />
  // Entries that are there stay while older ones are on their way.
  if (answer.kind === 'loaded' && last.peek() !== answer.value) last.value = answer.value
  const { items, next } = last.value
  if (items.length === 0) return <p class="faint trail-none">{answer.kind === 'loaded' && w.none}</p>
  return (
    <>
      <ChainState items={items} />
      <table class="table is-dense trail-table">
        <thead>
          <tr>
            <th>{w.when}</th>
            <th>{w.who}</th>
            <th>{w.what}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => (
            <tr key={entry.number} data-entry={entry.number} data-act={entry.act}>
              <td class="num is-left trail-when" title={`${decimal(entry.number, 0, lang)} · SHA-256 ${entry.hash}`}>
                {exactText(Date.parse(entry.at), HERE, lang)}
              </td>
              <td class="trail-who">
                {entry.actor === '' ? <span class="faint">{isAsked(entry) ? w.anybody : w.itself}</span> : entry.actor}
              </td>
              <td class="trail-what">
                <span class="is-strong">{w.acts[entry.act] ?? entry.act}</span>{' '}
                <span class="faint">{entry.subject}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {next !== null && shown.value < SHOWN_MAX && (
        <p class="trail-more">
          <button
            type="button"
            class="button is-small"
            onClick={() => (shown.value = Math.min(SHOWN_MAX, 5 * shown.value))}
          >
            {w.older}
          </button>
        </p>
      )}
    </>
  )
}

/** Somebody asked for it over HTTP: where nobody signs in it has no name, and is no act of the gateway's own. */
const isAsked = ({ subject }: AuditEntry) => /^(POST|PUT|PATCH|DELETE|GET) \//.test(subject)

const digest = canDigest() ? (text: string) => digestOf(new Blob([text])) : null

function ChainState({ items }: { readonly items: readonly AuditEntry[] }) {
  const w = words().gateway.trail
  const chain = useSignal<Chain | null>(null)
  const newest = items[0]?.hash ?? ''
  useEffect(() => {
    let isCurrent = true
    void chainOf(items, digest).then((is) => {
      if (isCurrent) chain.value = is
    })
    return () => {
      isCurrent = false
    }
  }, [newest, items.length])
  const is = chain.value
  const lang = language.value
  const count = decimal(items.length, 0, lang)
  return (
    <p class={`trail-chain ${is?.kind === 'broken' ? 'is-broken' : 'faint'}`} role="status" data-chain={is?.kind}>
      {is !== null && <Icon name={is.kind === 'broken' ? 'alert' : 'check'} size={14} />}
      {is !== null && (is.kind === 'broken' ? w.broken(decimal(is.brokenAt, 0, lang)) : w[is.kind](count))}
    </p>
  )
}
