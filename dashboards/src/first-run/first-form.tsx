import { useSignal } from '@preact/signals'
import type { ConfigAnswer, ConfigProblemItem } from '../../../src/views/wire/configuration.js'
import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'
import type { FormValues } from '../configuration/form-values.js'
import { PreviewDialog } from '../configuration/preview-dialog.js'
import { problemText, saidText } from '../configuration/problems/problem-text.js'
import { previewOf, saveConfig } from '../configuration/requests.js'
import { LANGUAGES } from '../format.js'
import { linkTo } from '../nav.js'
import { chooseLanguage, language } from '../settings.js'
import { plantList } from '../state.js'
import { fieldAt, firstEdits } from './answers.js'
import { firstValues } from './first-values.js'
import { LinesPart, PlantPart, ShiftsPart, TariffPart } from './form-parts.js'
import { firstRunWords } from './words.js'

interface FirstFormProps {
  readonly config: ConfigAnswer
  readonly regions: readonly GridRegionItem[]
  readAnew(): Promise<void>
}

/** The questions on one page; what they change is shown before it is written. */
export function FirstForm({ config, regions, readAnew }: FirstFormProps) {
  const w = firstRunWords()
  const answers = useSignal<FormValues>(firstValues(plantList.peek().map(({ id }) => id)))
  const problems = useSignal<readonly ConfigProblemItem[]>([])
  const failed = useSignal('')
  const isShown = useSignal(false)
  const wish = () => ({ edits: [...firstEdits(answers.peek())] })
  const submit = async (event: Event) => {
    event.preventDefault()
    const answer = await previewOf(wish())
    failed.value = answer.kind === 'failed' ? saidText(answer.detail) : ''
    problems.value = answer.kind === 'loaded' ? answer.value.problems : []
    isShown.value = answer.kind === 'loaded' && answer.value.problems.length === 0
  }
  const fieldOf = ({ path }: ConfigProblemItem) => fieldAt(path, answers.value)
  const others = problems.value.filter((one) => fieldOf(one) === null).map(problemText)
  const parts = {
    answers: answers.value,
    problemOf: (name: string) => {
      const said = problems.value.filter((one) => fieldOf(one) === name).map(problemText)
      // One price stands in several periods, each of which is refused.
      return [...new Set(said)].join(' ')
    },
    onChange: (changed: FormValues) => {
      answers.value = { ...answers.peek(), ...changed }
    },
  }
  return (
    <form class="first-steps-form" onSubmit={(event) => void submit(event)} noValidate>
      <Introduction config={config} />
      <PlantPart {...parts} regions={regions} sending={plantList.value.map(({ id }) => id)} />
      <ShiftsPart {...parts} />
      <TariffPart {...parts} />
      <LinesPart {...parts} />
      <footer class="first-acts">
        {[failed.value, ...others].map(
          (said) =>
            said !== '' && (
              <p key={said} class="setting-problem" role="alert">
                {said}
              </p>
            ),
        )}
        <button type="submit" class="button is-primary">
          {w.preview}
        </button>
      </footer>
      {isShown.value && (
        <PreviewDialog
          isWritable={config.writable}
          ask={() => previewOf(wish())}
          save={() => saveConfig(wish(), config.hash)}
          onClose={() => {
            isShown.value = false
          }}
          readAnew={readAnew}
        />
      )}
    </form>
  )
}

/** The page explains itself, in the language that is chosen here. */
function Introduction({ config }: { readonly config: ConfigAnswer }) {
  const w = firstRunWords()
  const file = config.file ?? config.first_file ?? ''
  return (
    <section class="card first-steps" aria-label={w.language}>
      <fieldset class="segments" aria-label={w.language}>
        {LANGUAGES.map((one) => (
          <button
            key={one}
            type="button"
            class="segment"
            lang={one}
            aria-current={language.value === one ? 'true' : undefined}
            onClick={() => void chooseLanguage(one)}
          >
            {w.languages[one]}
          </button>
        ))}
      </fieldset>
      <p>{w.about}</p>
      <p class="faint">{config.writable ? w.writes(file) : `${w.readOnly} ${saidText(config.reason)}`}</p>
      <a class="text-link" href={linkTo({ view: 'overview' })}>
        {w.later}
      </a>
    </section>
  )
}
