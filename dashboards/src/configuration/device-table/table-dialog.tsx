import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConfigSaved } from '../../../../src/views/wire/configuration.js'
import type { DeviceTableAnswer, DeviceTableProblem } from '../../../../src/views/wire/device-table.js'
import type { Answer } from '../../gateway/api.js'
import { problemText, saidText } from '../problems/problem-text.js'
import { TakeDialog } from '../take-dialog.js'
import { configWords } from '../words.js'
import { takeTable, tryTable } from './requests.js'
import { deviceTableWords } from './words.js'

/** Items of a list that are shown; the table itself has them all. */
const SHOWN_MAX = 50

interface TableDialogProps {
  readonly table: Blob
  /** It was taken, or somebody else was faster: the page shows the new file when this resolves, and the dialog is closed then. */
  readAnew(): Promise<void>
  onClose(): void
}

/** Shows what a table adds and changes before it is taken, or what is wrong in which row and column. */
export function TableDialog({ table, readAnew, onClose }: TableDialogProps) {
  const asked = useSignal<Answer<DeviceTableAnswer>>({ kind: 'loading' })
  useEffect(() => {
    void tryTable(table).then((answer) => {
      asked.value = answer
    })
  }, [])
  const take = async ({ hash }: DeviceTableAnswer): Promise<Answer<ConfigSaved | null>> => {
    const answer = await takeTable(table, hash)
    if (answer.kind !== 'loaded') return answer
    const { saved } = answer.value
    if (saved === null) asked.value = answer
    return { kind: 'loaded', value: saved }
  }
  return (
    <TakeDialog
      title={deviceTableWords().preview}
      asked={asked}
      textOf={(outcome) => (outcome.read_only !== null && hasChange(outcome) ? outcome.text : null)}
      canTake={(outcome) => outcome.read_only === null && hasChange(outcome)}
      take={take}
      readAnew={readAnew}
      onClose={onClose}
    >
      {(outcome) => <Outcome outcome={outcome} />}
    </TakeDialog>
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
      {read_only !== null && <p role="status">{saidText(read_only)}</p>}
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
