import { type Signal, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { OPCUA_MODES, type OpcuaTrust } from '../../../src/base/opcua.js'
import type { OpcuaAnswer, OpcuaEndpointsAnswer } from '../../../src/views/wire/opcua.js'
import { PasswordField, TextField } from '../access/fields.js'
import type { Answer } from '../gateway/api.js'
import { askEndpoints, browseServer, type Seen } from './requests.js'
import { defectOf, trustOf } from './trust.js'
import { opcuaWords } from './words.js'

type Offered = OpcuaEndpointsAnswer['endpoints'][number]

interface LookCardProps {
  readonly answer: OpcuaAnswer
  onAsked(): void
  onSeen(seen: Seen): void
}

/** Asks a server for its endpoints, and one of them for the variables of the server. */
export function LookCard({ answer: { servers, certificates }, onAsked, onSeen }: LookCardProps) {
  const w = opcuaWords().look
  const endpoint = useSignal(servers[0]?.endpoint ?? 'opc.tcp://')
  const said = useSignal('')
  const busy = useSignal<'' | 'endpoints' | 'variables'>('')
  const offered = useSignal<readonly Offered[] | null>(null)
  const chosen = useSignal<Offered | null>(null)
  const [username, password, from] = [useSignal(''), useSignal(''), useSignal('i=85')]
  const trustNow = (one: Offered) => trustOf(one, certificates)
  const ask = async (event: Event) => {
    event.preventDefault()
    if (busy.peek() !== '') return
    busy.value = 'endpoints'
    said.value = ''
    offered.value = null
    const answer = await askEndpoints(endpoint.value.trim())
    busy.value = ''
    said.value = faultText(answer)
    if (answer.kind !== 'loaded' || answer.value.fault !== null) return
    offered.value = bestFirst(answer.value.endpoints)
    chosen.value = offered.value.find(({ supported }) => supported) ?? null
    onAsked()
  }
  const browse = async () => {
    const one = chosen.peek()
    if (busy.peek() !== '' || one === null) return
    busy.value = 'variables'
    said.value = ''
    const wish = {
      endpoint: endpoint.value.trim(),
      security_mode: one.security_mode,
      security_policy: one.security_mode === 'none' ? 'Basic256Sha256' : one.security_policy,
      ...(username.value === '' ? {} : { username: username.value, password: password.value }),
      from: from.value.trim(),
    }
    const answer = await browseServer(wish)
    busy.value = ''
    said.value = faultText(answer, trustNow(one) === 'trusted')
    if (answer.kind !== 'loaded') return
    if (answer.value.fault === null) onSeen({ wish, ...answer.value })
    else onAsked()
  }
  return (
    <section class="card" aria-label={w.title} data-card="opcua-look">
      <header class="card-head">
        <h2>{w.title}</h2>
      </header>
      <form class="opcua-form" onSubmit={(event) => void ask(event)}>
        <TextField label={w.endpoint} value={endpoint} offered={servers.map((one) => one.endpoint)} />
        <button type="submit" class="button is-small" aria-busy={busy.value === 'endpoints'}>
          {busy.value === 'endpoints' ? w.asking : w.ask}
        </button>
      </form>
      <p class="opcua-said" role="status">
        {said.value}
      </p>
      {offered.value !== null && (
        <>
          <Endpoints offered={offered.value} chosen={chosen} trustNow={trustNow} />
          <form class="opcua-form">
            <TextField label={w.user} value={username} />
            <PasswordField label={w.password} value={password} kept="current-password" />
            <TextField label={w.from} value={from} />
            <button
              type="button"
              class="button is-small is-primary"
              disabled={chosen.value === null}
              aria-busy={busy.value === 'variables'}
              onClick={() => void browse()}
            >
              {busy.value === 'variables' ? w.asking : w.browse}
            </button>
          </form>
          {username.value !== '' && <p class="config-note faint">{w.kept}</p>}
          {username.value !== '' && chosen.value?.security_mode === 'none' && (
            <p class="config-note is-strong">{w.readable}</p>
          )}
        </>
      )}
    </section>
  )
}

/** Secured endpoints come first. */
function bestFirst(endpoints: readonly Offered[]): readonly Offered[] {
  const rank = ({ security_mode, supported }: Offered) => (supported ? OPCUA_MODES.indexOf(security_mode) : -1)
  return endpoints.toSorted((a, b) => rank(b) - rank(a))
}

function faultText(answer: Answer<{ readonly fault: OpcuaEndpointsAnswer['fault'] }>, isTrusted = false): string {
  if (answer.kind === 'failed') return answer.detail
  if (answer.kind === 'loading' || answer.value.fault === null) return ''
  const { result, detail } = answer.value.fault
  const w = opcuaWords()
  const sentence = result === 'untrusted' && isTrusted ? w.unfit : w.faults[result]
  // Its detail tells of folders, where the page has a button.
  return result === 'untrusted' && !isTrusted ? sentence : `${sentence} (${detail})`
}

interface EndpointsProps {
  readonly offered: readonly Offered[]
  readonly chosen: Signal<Offered | null>
  /** By now: somebody may have trusted it since the server was asked. */
  trustNow(offered: Offered): OpcuaTrust
}

function Endpoints({ offered, chosen, trustNow }: EndpointsProps) {
  const all = opcuaWords()
  const w = all.look
  const group = useId()
  const textOf = (one: Offered) => {
    const { security_mode: mode, security_policy: policy, users, supported } = one
    return [
      mode === 'none' ? all.modes.none : `${all.modes[mode]}, ${policy}`,
      users.map((user) => all.users[user]).join(', '),
      ...(supported ? [] : [w.deprecated]),
      ...(mode === 'none'
        ? []
        : [all.certificates.trust[trustNow(one)], defectOf(one) ?? ''].filter((text) => text !== '')),
    ].join(' · ')
  }
  return (
    <fieldset class="opcua-choice">
      <legend class="faint">{w.endpoints}</legend>
      {offered.every(({ supported }) => !supported) && <p>{w.noEndpoint}</p>}
      {offered.map((one) => (
        <label key={`${one.security_mode} ${one.security_policy}`} class={one.supported ? '' : 'faint'}>
          <input
            type="radio"
            name={group}
            disabled={!one.supported}
            checked={chosen.value === one}
            onChange={() => (chosen.value = one)}
          />{' '}
          {textOf(one)}
        </label>
      ))}
    </fieldset>
  )
}
