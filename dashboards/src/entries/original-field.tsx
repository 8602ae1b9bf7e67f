import { useSignal } from '@preact/signals'
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
}

/** The scanned paper of an entry: it is handed over when it is chosen, and named by its SHA-256. */
export function OriginalField({ name, plant, value, onValue }: OriginalFieldProps) {
  const w = entryWords()
  const problem = useSignal('')
  const isSending = useSignal(false)
  const choose = async (file: File | undefined) => {
    onValue('')
    problem.value = ''
    if (file === undefined) return
    isSending.value = true
    const answer = await keepOriginal(plant, file)
    isSending.value = false
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
