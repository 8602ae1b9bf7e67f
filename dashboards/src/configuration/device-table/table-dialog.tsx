import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DeviceTableAnswer, DeviceTableProblem } from '../../../../src/views/wire/device-table.js'
import type { Answer } from '../../gateway/api.js'
import { ActButton } from '../../ui/act-button.js'
import { CopyButton } from '../../ui/command-line.js'
import { Dialog } from '../../ui/dialog.js'
import { DialogHead } from '../../ui/dialog-head.js'
import { notify } from '../../ui/notice.js'
import { Skeleton } from '../../ui/skeleton.js'
import { problemText } from '../problems/problem-text.js'
import { CONFLICT } from '../requests.js'
import { configWords } from '../words.js'
import { takeTable, tryTable } from './requests.js'
import { deviceTableWords } from './words.js'

/** Items of a list that are shown; the table itself has them all. */
const SHOWN_MAX = 50

interface TableDialogProps {
  readonly table: Blob
  /** It was taken, or somebody else was faster: the page reads anew. */
  onDone(): void
  onClose(): void
}

/** Shows what a table adds and changes before it is taken, or what is wrong in which row and column. */
export function TableDialog({ table, onDone, onClose }: TableDialogProps) {
  const w = deviceTableWords()
  const common = configWords().preview
  const asked = useSignal<Answer<DeviceTableAnswer>>({ kind: 'loading' })
  const failed = useSignal<{ readonly detail: string; readonly isConflict: boolean } | null>(null)
  const isSending = useSignal(false)
  useEffect(() => {
    void tryTable(table).then((answer) => {
      asked.value = answer
    })
  }, [])
  const take = async (hash: string) => {
    if (isSending.peek()) return
    isSending.value = true
    const answer = await takeTable(table, hash)
    isSending.value = false
    if (answer.kind === 'failed') {
      failed.value = { detail: answer.detail, isConflict: answer.status === CONFLICT }
    } else if (answer.kind === 'loaded') {
      const { saved } = answer.value
      if (saved === null) {
        asked.value = answer
        return
      }
      const version = String(saved.version)
      notify(saved.in_force ? common.taken(version) : common.coming(version))
      onDone()
    }
  }
  const outcome = asked.value
  return (
    <Dialog title={w.preview} isOpen onClose={onClose} class="config-dialog">
      <DialogHead title={w.preview} onClose={onClose} />
      {outcome.kind === 'loading' && <Skeleton class="is-plot" />}
      {outcome.kind === 'failed' && <p role="alert">{outcome.detail}</p>}
      {outcome.kind === 'loaded' && <Outcome outcome={outcome.value} />}
      {failed.value !== null && (
        <p role="alert" class="setting-problem">
          {failed.value.detail}
        </p>
      )}
      <footer class="config-acts">
        {outcome.kind === 'loaded' && outcome.value.read_only !== null && hasChange(outcome.value) && (
          <CopyButton text={outcome.value.text} label={common.copy} />
        )}
        <button type="button" class="button" onClick={onClose}>
          {common.close}
        </button>
        {failed.value?.isConflict === true ? (
          <button type="button" class="button is-primary" onClick={onDone}>
            {common.conflict}
          </button>
        ) : (
          outcome.kind === 'loaded' &&
          outcome.value.read_only === null &&
          hasChange(outcome.value) && (
            <ActButton
              right="administer"
              class="button is-primary"
              aria-busy={isSending.value}
              onClick={() => void take(outcome.value.hash)}
            >
              {common.take}
            </ActButton>
          )
        )}
      </footer>
    </Dialog>
  )
}

function hasChange({ added, changed, problems }: DeviceTableAnswer): boolean {
  return problems.length === 0 && added.length + changed.length > 0
}

function Outcome({ outcome }: { readonly outcome: DeviceTableAnswer }) {
  const w = deviceTableWords()
  const { added, changed, unchanged, untouched, problems, warnings, read_only } = outcome
  const common = configWords().preview
  return (
    <>
      {read_only !== null && <p role="status">{read_only}</p>}
      {problems.length > 0 && <Problems title={common.refused} problems={problems} />}
      {warnings.length > 0 && <Problems title={common.warnings} problems={warnings} />}
      <Devices
        title={w.added(String(added.length))}
        items={added.map(({ plant, id }) => ({ name: `${plant}/${id}`, about: '' }))}
      />
      <Devices
        title={w.changed(String(changed.length))}
        items={changed.map(({ plant, id, settings }) => ({
          name: `${plant}/${id}`,
          about: settings.map(({ setting, from, to }) => `${setting}: ${from || w.none} → ${to || w.none}`).join('; '),
        }))}
      />
      {problems.length + added.length + changed.length === 0 && <p>{w.nothing}</p>}
      <p class="faint">{w.stays(String(unchanged), String(untouched))}</p>
    </>
  )
}

interface DevicesProps {
  readonly title: string
  readonly items: readonly { readonly name: string; readonly about: string }[]
}

function Devices({ title, items }: DevicesProps) {
  const w = deviceTableWords()
  if (items.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul class="rows">
        {items.slice(0, SHOWN_MAX).map(({ name, about }) => (
          <li key={name} class="row">
            <span class="config-path">{name}</span>
            <span class="faint">{about}</span>
          </li>
        ))}
      </ul>
      {items.length > SHOWN_MAX && <p class="faint">{w.more(String(items.length - SHOWN_MAX))}</p>}
    </section>
  )
}

function Problems(props: { readonly title: string; readonly problems: readonly DeviceTableProblem[] }) {
  const w = deviceTableWords()
  const { title, problems } = props
  return (
    <section role="alert">
      <h3>{title}</h3>
      <ul class="config-problems">
        {problems.slice(0, SHOWN_MAX).map(({ row, column, path, value, problem, remedy }) => (
          <li key={`${row} ${column} ${path} ${problem}`}>
            <span class="config-path">
              {[row === null ? path : w.row(String(row)), column === null ? '' : w.column(column)]
                .filter((one) => one !== '')
                .join(' · ')}
            </span>{' '}
            {value} {problemText({ problem, remedy })}
          </li>
        ))}
      </ul>
      {problems.length > SHOWN_MAX && <p class="faint">{w.more(String(problems.length - SHOWN_MAX))}</p>}
    </section>
  )
}
