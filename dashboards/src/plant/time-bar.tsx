import { DELAY_STATES, STATES, type State } from '../../../src/base/states.js'
import { durationText } from '../format.js'
import { language, words } from '../settings.js'
import type { TimeAccount } from './time-account.js'

/** States that look alike: in none of them was anything to be made. */
const AT_REST: readonly State[] = ['PLANNED_STOP', 'BREAK', 'PM', 'OFF']

export const lookOf = (state: State) =>
  `is-${AT_REST.includes(state) ? 'rest' : state.toLowerCase().replaceAll('_', '-')}`

/** Name of a state in a time account: waits, holds and faults are all delay. */
export function nameOf(state: State): string {
  const w = words()
  const name = w.machineStates[state]
  return (DELAY_STATES as readonly State[]).includes(state) ? w.delayed(name) : name
}

interface TimeBarProps {
  readonly account: TimeAccount | null
  /** The time that fills the whole width. */
  readonly longestS: number
  /** Data were due and did not come. */
  readonly isMissing: boolean
}

/** A day by state: height and pattern say which one, colour only repeats it. */
export function TimeBar({ account, longestS, isMissing }: TimeBarProps) {
  const w = words()
  if (account === null) {
    const label = isMissing ? w.reasons.no_data : w.loading
    return (
      <span class="time-bar" role="img" aria-label={label}>
        {isMissing && (
          <>
            <span class="time-share is-unknown" style={{ width: '100%' }} />
            <span class="time-word">{label}</span>
          </>
        )}
      </span>
    )
  }
  const parts = account.shares.map(({ state, seconds }) => ({
    state,
    width: `${((seconds / longestS) * 100).toFixed(3)}%`,
    text: `${nameOf(state)} ${durationText(seconds * 1000, language.value)}`,
  }))
  return (
    <span class="time-bar" role="img" aria-label={parts.map(({ text }) => text).join(', ')}>
      {parts.map(({ state, width, text }) => (
        <span key={state} class={`time-share ${lookOf(state)}`} style={{ width }} title={text} data-state={state} />
      ))}
    </span>
  )
}

/** The looks of the states that are in view. */
export function TimeLegend({ states }: { readonly states: ReadonlySet<State> }) {
  const w = words()
  const inView = STATES.filter((state) => states.has(state))
  const alone = inView.filter((state) => !AT_REST.includes(state))
  const resting = inView.filter((state) => AT_REST.includes(state))
  const entries = alone.map((state) => ({ look: lookOf(state), text: nameOf(state) }))
  if (resting.length > 0) {
    const rest = { look: 'is-rest', text: resting.map((state) => w.machineStates[state]).join(' / ') }
    entries.splice(alone.includes('UNKNOWN') ? -1 : entries.length, 0, rest)
  }
  return (
    <ul class="time-legend" aria-label={w.legend.label}>
      {entries.map(({ look, text }) => (
        <li key={look}>
          <span class="time-key" aria-hidden="true">
            <span class={`time-share ${look}`} />
          </span>
          {text}
        </li>
      ))}
    </ul>
  )
}
