import type { RefusedClient, RefusedClientsAnswer } from '../../../src/base/wire/refused-clients.js'
import { saidText } from '../configuration/problems/problem-text.js'
import { ageText, decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo, titleOf } from '../nav.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { CommandLine } from '../ui/command-line.js'

const EVERY_MS = 15_000
/** A client id comes from outside: only one that means nothing to a shell is put into a command. */
const PLAIN_ID = /^[\w.:@][\w.:@-]*$/

/** MQTT clients that are not let in, and why: their devices show up nowhere else. Nothing where there are none. */
export function RefusedCard() {
  const w = words().newcomers.notLetIn
  const { value: answer } = usePolled<RefusedClientsAnswer>('/devices/refused', EVERY_MS)
  if (answer.kind !== 'loaded' || answer.value.clients.length === 0) return null
  return (
    <section class="card newcomers" aria-label={w.title} data-card="refused">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        <span class="card-tools">
          <a class="button is-small" href={linkTo({ view: 'connect' })}>
            {w.connect}
          </a>
        </span>
      </header>
      <ul class="newcomer-list">
        {answer.value.clients.map((client) => (
          <RefusedRow key={`${client.address} ${client.client}`} of={client} />
        ))}
      </ul>
    </section>
  )
}

/** A credential helps these; the others have one, or need none. */
const NEEDS_CREDENTIAL: readonly RefusedClient['reason'][] = ['none_shown', 'credential', 'too_often']

function RefusedRow({ of: { client, address, reason, detail, since, last, count } }: { readonly of: RefusedClient }) {
  const w = words().newcomers.notLetIn
  const lang = language.value
  const age = (at: string) => ageText(Math.max(0, nowMs.value - Date.parse(at)), lang)
  return (
    <li class="refused-client" data-client={client}>
      <p class="newcomer-name">
        <strong>{client === '' ? w.noId : client}</strong>
        <span class="faint">{address}</span>
        <span class="newcomer-facts num">{w.facts(decimal(count, 0, lang), age(since), age(last))}</span>
      </p>
      <p>
        <span class="is-strong">{w.reasons[reason]}</span>
        <span class="faint"> · {saidText(detail)}</span>
      </p>
      {NEEDS_CREDENTIAL.includes(reason) && PLAIN_ID.test(client) && (
        <details>
          <summary>{w.issue}</summary>
          <CommandLine text={`greengauge device add PLANT/LINE/DEVICE --client ${client}`} />
          <p class="faint">
            {w.issueNote} <a href={linkTo({ view: 'access' })}>{titleOf('access')}</a>
          </p>
        </details>
      )}
    </li>
  )
}
