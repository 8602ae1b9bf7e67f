import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ActButton } from '../../ui/act-button.js'
import { Icon } from '../../ui/icon.js'
import type { TrialSaid } from './trial.js'
import { sectionWords } from './words.js'

export interface Trial {
  readonly isBusy: Signal<boolean>
  readonly said: Signal<TrialSaid | null>
}

/** A test that can be made again and again; what the last one has said stays until the next. */
export function useTrial(): Trial {
  return { isBusy: useSignal(false), said: useSignal<TrialSaid | null>(null) }
}

interface TrialButtonProps {
  readonly trial: Trial
  readonly spoken: string
  /** null where the test could not be made, which is said elsewhere. */
  run(): Promise<TrialSaid | null>
}

export function TrialButton({ trial: { isBusy, said }, spoken, run }: TrialButtonProps) {
  const w = sectionWords().trial
  const start = async () => {
    if (isBusy.peek()) return
    isBusy.value = true
    said.value = null
    said.value = await run()
    isBusy.value = false
  }
  return (
    <ActButton
      right="administer"
      class="button is-small"
      aria-label={spoken}
      aria-busy={isBusy.value}
      onClick={() => void start()}
    >
      {isBusy.value ? w.testing : w.test}
    </ActButton>
  )
}

/** The steps of the last test, each with whether it is well. */
export function TrialResult({ trial: { said } }: { readonly trial: Trial }) {
  const w = sectionWords().trial
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (said.value !== null) place.current?.scrollIntoView({ block: 'nearest' })
  }, [said.value])
  return (
    <div class="trial-result" role="status" ref={place}>
      {said.value !== null && (
        <ul>
          {said.value.lines.map(({ isOk, text }) => (
            <li key={text} class={isOk ? '' : 'is-strong'}>
              <Icon name={isOk ? 'check' : 'alert'} size={14} />
              <span>
                <span class="sr-only">{isOk ? w.well : w.notWell} </span>
                {text}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
