import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { reasonText } from '../../../src/base/proposal-reasons.js'
import type { ConfigAnswer } from '../../../src/views/wire/configuration.js'
import type { OpcuaVariableItem } from '../../../src/views/wire/opcua.js'
import { ChoiceField, TextField } from '../access/fields.js'
import { PreviewDialog } from '../configuration/preview-dialog.js'
import { saidText } from '../configuration/problems/problem-text.js'
import { previewOf, readConfig, saveConfig } from '../configuration/requests.js'
import { plantsIn } from '../configuration/settings-tree.js'
import type { Answer } from '../gateway/api.js'
import { language } from '../settings.js'
import { ActButton } from '../ui/act-button.js'
import { ErrorCard } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { notify } from '../ui/notice.js'
import { Skeleton } from '../ui/skeleton.js'
import { type PickedNode, pickEdits, serverIdFor } from './edits.js'
import type { Seen } from './requests.js'
import { pathText } from './variables-card.js'
import { opcuaWords } from './words.js'

type Said = Partial<Pick<PickedNode, 'device' | 'metric' | 'unit' | 'deadband'>>

interface PicksCardProps {
  readonly seen: Seen
  readonly picked: Signal<ReadonlySet<string>>
  onDone(): void
}

/** Picked variables with what they become, and the way into the configuration. */
export function PicksCard(props: PicksCardProps) {
  const asked = useSignal<Answer<ConfigAnswer>>({ kind: 'loading' })
  const load = async () => {
    const answer = await readConfig()
    // With the file that was read before, what was picked and typed stays on the page.
    if (answer.kind === 'failed' && asked.peek().kind === 'loaded') notify(saidText(answer.detail))
    else asked.value = answer
  }
  useEffect(() => void load(), [])
  const { value } = asked
  if (value.kind === 'failed') {
    return <ErrorCard title={opcuaWords().failed} detail={value.detail} onRetry={() => void load()} />
  }
  if (value.kind === 'loading') return <Skeleton class="is-plot" />
  return <Picks {...props} config={value.value} readAnew={load} />
}

interface PicksProps extends PicksCardProps {
  readonly config: ConfigAnswer
  readAnew(): Promise<void>
}

function Picks({ seen, picked, config, readAnew, onDone }: PicksProps) {
  const w = opcuaWords().picks
  const plants = plantsIn(config.settings)
  const offered = serverIdFor(config.settings, seen.wish.endpoint)
  const server = useSignal(offered)
  const offeredBefore = useRef(offered)
  // In a file that was read anew the id may be that of another server; one that somebody has typed stays.
  useEffect(() => {
    if (server.peek() === offeredBefore.current) server.value = offered
    offeredBefore.current = offered
  }, [offered])
  const plant = useSignal(plants[0]?.id ?? '')
  const line = useSignal(plants[0]?.lines?.[0]?.id ?? 'line-1')
  const said = useSignal<ReadonlyMap<string, Said>>(new Map())
  const isTaking = useSignal(false)
  const chosen = seen.variables.filter(({ node }) => picked.value.has(node))
  const picks = chosen.map((one) => pickOf(one, said.value.get(one.node) ?? {}))
  const edits = () => {
    const { endpoint, security_mode, security_policy, username = '' } = seen.wish
    const place = { server: server.value.trim(), plant: plant.value, line: line.value.trim() }
    return [...pickEdits(config.settings, { endpoint, security_mode, security_policy, username, ...place }, picks)]
  }
  const say = (node: string, more: Said) => {
    said.value = new Map(said.peek()).set(node, { ...said.peek().get(node), ...more })
  }
  const drop = (node: string) => {
    const next = new Set(picked.peek())
    next.delete(node)
    picked.value = next
  }
  const save = async () => {
    const answer = await saveConfig({ edits: edits() }, config.hash)
    if (answer.kind === 'loaded') onDone()
    return answer
  }
  if (plants.length === 0) return <p class="card config-note">{w.noPlant}</p>
  return (
    <section class="card" aria-label={w.title} data-card="opcua-picks">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        <span class="card-tools">
          <ActButton right="administer" class="button is-small is-primary" onClick={() => (isTaking.value = true)}>
            {w.take}
          </ActButton>
        </span>
      </header>
      <div class="opcua-form">
        <TextField label={w.server} value={server} />
        <ChoiceField
          label={w.plant}
          value={plant}
          names={Object.fromEntries(plants.map(({ id, name }) => [id, name?.[language.value] ?? name?.en ?? id]))}
        />
        <TextField
          label={w.line}
          value={line}
          offered={plants.find(({ id }) => id === plant.value)?.lines?.map(({ id }) => id) ?? []}
        />
      </div>
      {(seen.wish.username ?? '') !== '' && <p class="config-note faint">{w.secret}</p>}
      <ul class="rows">
        {picks.map((pick, at) => (
          <PickRow
            key={pick.node}
            pick={pick}
            of={chosen[at]!}
            say={(more) => say(pick.node, more)}
            drop={() => drop(pick.node)}
          />
        ))}
      </ul>
      {isTaking.value && (
        <PreviewDialog
          isWritable={config.writable}
          ask={() => previewOf({ edits: edits() })}
          save={save}
          readAnew={readAnew}
          onClose={() => (isTaking.value = false)}
        />
      )}
    </section>
  )
}

/** A class goes with the metric that was proposed; of another the gateway knows it. */
function pickOf(one: OpcuaVariableItem, { device, metric, unit, deadband = '' }: Said): PickedNode {
  const { proposal } = one
  const isProposed = metric === undefined || metric === proposal?.metric
  return {
    node: one.node,
    path: pathText(one),
    device: device ?? proposal?.device ?? 'device-1',
    metric: metric ?? proposal?.metric ?? '',
    class: isProposed ? (proposal?.class ?? null) : null,
    unit: unit ?? proposal?.unit ?? '',
    deadband,
  }
}

interface PickRowProps {
  readonly pick: PickedNode
  readonly of: OpcuaVariableItem
  say(more: Said): void
  drop(): void
}

function PickRow({ pick, of: { proposal }, say, drop }: PickRowProps) {
  const w = opcuaWords().picks
  const asks = proposal?.asks ?? null
  const field = (name: 'device' | 'metric' | 'unit' | 'deadband') => (
    <label class="opcua-field">
      <span class="faint">{w[name]}</span>
      <input
        class="input"
        value={pick[name]}
        maxLength={64}
        spellcheck={false}
        autocomplete="off"
        aria-label={`${w[name]}: ${pick.path}`}
        onInput={(event) => say({ [name]: event.currentTarget.value })}
      />
    </label>
  )
  return (
    <li class="opcua-row" data-pick={pick.node}>
      <div class="opcua-line">
        <strong>{pick.path}</strong>
        {asks !== null && <span class="is-strong">{reasonText(asks, language.value)}</span>}
        <button type="button" class="button is-icon opcua-end" aria-label={w.remove(pick.path)} onClick={drop}>
          <Icon name="close" size={14} />
        </button>
      </div>
      <div class="opcua-line">
        {field('device')}
        {field('metric')}
        {field('unit')}
        {field('deadband')}
      </div>
    </li>
  )
}
