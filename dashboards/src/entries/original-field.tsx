import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { saidText } from '../configuration/problems/problem-text.js'
import { shortDigest } from '../reports/number.js'
import { keepOriginal } from './gateway.js'
import { entryWords } from './words.js'

interface OriginalFieldProps {
  readonly name: string
  readonly plant: string
  /** SHA-256 of the file that is kept; '' for none. */
  readonly value: string
  readonly onValue: (value: string) => void
  /** A file is under way, or is not any more. */
  readonly onBusy: (isBusy: boolean) => void
}

/** The scanned paper of an entry: it is handed over when it is chosen, and named by its SHA-256. */
export function OriginalField({ name, plant, value, onValue, onBusy }: OriginalFieldProps) {
  const w = entryWords()
  const problem = useSignal('')
  const isSending = useSignal(false)
  const chosen = useRef(0)
  const show = (isBusy: boolean) => {
    isSending.value = isBusy
    onBusy(isBusy)
  }
  const choose = async (file: File | undefined) => {
    // The file that was chosen last counts, whichever arrives last.
    const mine = ++chosen.current
    onValue('')
    problem.value = ''
    show(file !== undefined)
    if (file === undefined) return
    const answer = await keepOriginal(plant, file)
    if (mine !== chosen.current) return
    show(false)
    if (answer.kind === 'loaded') onValue(answer.value.sha256)
    else if (answer.kind === 'failed') problem.value = saidText(answer.detail)
  }
  return (
    <label class="field">
      {name}
      <span class="entry-digest">
        <input type="file" onChange={(event) => void choose(event.currentTarget.files?.[0])} />
        <span class="faint" role="status" title={value}>
          {isSending.value
            ? w.originalSending
            : problem.value !== ''
              ? w.originalNotKept(problem.value)
              : value === ''
                ? w.originalNote
                : w.originalKept(shortDigest(value))}
        </span>
      </span>
    </label>
  )
}
