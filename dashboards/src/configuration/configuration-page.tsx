import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigAnswer, ConfigEdit, ConfigPreview, ConfigSaved } from '../../../src/views/wire/configuration.js'
import type { Answer } from '../gateway/api.js'
import { may } from '../session.js'
import { CopyButton } from '../ui/command-line.js'
import { ErrorCard } from '../ui/error-card.js'
import { NotAllowed } from '../ui/not-allowed.js'
import { Skeleton } from '../ui/skeleton.js'
import { DeviceTableCard } from './device-table/device-table-card.js'
import { PlantsCard } from './plants-card.js'
import { PreviewDialog, ProblemList } from './preview-dialog.js'
import { saidText } from './problems/problem-text.js'
import { previewOf, readConfig, saveConfig, undoTo } from './requests.js'
import { GatewayCard } from './sections/gateway-card.js'
import { plantsIn } from './settings-tree.js'
import { VersionsCard } from './versions-card.js'
import { configWords } from './words.js'
import './configuration.css'

/** A change that somebody looks at before they take it. */
interface Proposal {
  ask(): Promise<Answer<ConfigPreview>>
  save(): Promise<Answer<ConfigSaved>>
}

/** A text that somebody types, and the file that they began it from. */
interface Draft {
  readonly text: string
  readonly hash: string
}

/** The configuration file by forms and as text, with its versions. */
export default function ConfigurationView() {
  return may('administer') ? <Configuration /> : <NotAllowed right="administer" />
}

function Configuration() {
  const w = configWords()
  const asked = useSignal<Answer<ConfigAnswer>>({ kind: 'loading' })
  const proposal = useSignal<Proposal | null>(null)
  const draft = useSignal<Draft | null>(null)
  const load = async () => {
    asked.value = await readConfig()
  }
  useEffect(() => void load(), [])
  if (asked.value.kind === 'failed') {
    return <ErrorCard title={w.failed} detail={saidText(asked.value.detail)} onRetry={() => void load()} />
  }
  if (asked.value.kind === 'loading') return <Skeleton class="is-page" />
  const config = asked.value.value
  const propose = (one: Proposal) => {
    proposal.value = one
  }
  const close = () => {
    proposal.value = null
  }
  const { hash } = config
  const proposeEdits = (edits: readonly ConfigEdit[]) => {
    const wish = { edits: [...edits] }
    propose({ ask: () => previewOf(wish), save: () => saveConfig(wish, hash) })
  }
  const saveText = async (text: string) => {
    const answer = await saveConfig({ text }, hash)
    if (answer.kind === 'loaded') draft.value = null
    return answer
  }
  return (
    <>
      <StandCard config={config} />
      {config.text !== null && (
        <>
          <PlantsCard plants={plantsIn(config.settings)} onEdits={proposeEdits} />
          <GatewayCard settings={config.settings} onEdits={proposeEdits} />
          <DeviceTableCard readAnew={load} />
          <TextCard
            text={config.text}
            hash={hash}
            draft={draft}
            onText={(text) => propose({ ask: () => previewOf({ text }), save: () => saveText(text) })}
          />
        </>
      )}
      <VersionsCard
        hash={hash}
        isWritable={config.writable}
        onUndo={(version) => propose({ ask: () => previewOf({ version }), save: () => undoTo(version, hash) })}
      />
      {proposal.value !== null && (
        <PreviewDialog {...proposal.value} isWritable={config.writable} onClose={close} readAnew={load} />
      )}
    </>
  )
}

/** The file, whether it can be changed here, and what is not in force of it. */
function StandCard({ config }: { readonly config: ConfigAnswer }) {
  const w = configWords()
  return (
    <section class="card" aria-label={w.file}>
      <dl class="rows">
        <div class="row">
          <dt class="faint">{w.file}</dt>
          <dd class="config-path">{config.file ?? w.none}</dd>
        </div>
        {config.waiting.length > 0 && (
          <div class="row">
            <dt class="faint">{w.waiting}</dt>
            <dd class="config-path">{config.waiting.join(', ')}</dd>
          </div>
        )}
      </dl>
      {config.waiting.length > 0 && <p class="config-note">{w.preview.restart}</p>}
      {!config.writable && (
        <p class="config-note" role="status">
          <strong>{w.readOnly}</strong> {saidText(config.reason)}
        </p>
      )}
      {config.problems.length > 0 && (
        <div class="config-note">
          <ProblemList title={w.wrong} problems={config.problems} />
        </div>
      )}
      {config.warnings.length > 0 && (
        <div class="config-note">
          <ProblemList title={w.preview.warnings} problems={config.warnings} />
        </div>
      )}
    </section>
  )
}

interface TextCardProps {
  readonly text: string
  readonly hash: string
  /** It stays here while the file changes under it: null where nobody has typed. */
  readonly draft: Signal<Draft | null>
  onText(text: string): void
}

function TextCard({ text, hash, draft, onText }: TextCardProps) {
  const w = configWords()
  const typed = draft.value?.text ?? text
  const isLate = draft.value !== null && draft.value.hash !== hash
  return (
    <section class="card" aria-label={w.text.title}>
      <header class="card-head">
        <h2>{w.text.title}</h2>
        <span class="card-sub">{w.text.sub}</span>
        <span class="card-tools">
          <button
            type="button"
            class="button is-small"
            disabled={typed === text || isLate}
            onClick={() => onText(typed)}
          >
            {w.forms.preview}
          </button>
        </span>
      </header>
      {isLate && (
        <div class="config-note" role="status">
          {w.text.late} <CopyButton text={typed} label={w.text.copy} />
          <button
            type="button"
            class="button is-small"
            onClick={() => {
              draft.value = null
            }}
          >
            {w.text.reset}
          </button>
        </div>
      )}
      <textarea
        class="config-text"
        aria-label={w.text.label}
        spellcheck={false}
        rows={24}
        value={typed}
        onInput={(event) => {
          draft.value = { text: event.currentTarget.value, hash: draft.peek()?.hash ?? hash }
        }}
      />
    </section>
  )
}
