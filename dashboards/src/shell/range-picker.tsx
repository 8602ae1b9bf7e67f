import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { keep, linkWith } from '../nav.js'
import { plantOf } from '../route.js'
import { language, words } from '../settings.js'
import { minuteMs, nowMs, plantList, route } from '../state.js'
import {
  LAST_MS,
  type Last,
  PERIODS,
  type Period,
  periodOf,
  type Range,
  reachesNow,
  reportRange,
  spanOfRange,
  stepped,
} from '../time/range.js'
import { rangeText } from '../time/range-text.js'
import { fieldText, instantOf } from '../time/time.js'
import { Icon } from '../ui/icon.js'

/** The zone of the plant a page is about; of several plants, where the reader is. */
export function shownZone(): string {
  const asked = plantList.value.find(({ id }) => id === plantOf(route.value))
  // A report is of one plant, of the first where none is chosen.
  const plant = asked ?? (route.value.view === 'figures' ? plantList.value[0] : undefined)
  return plant?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

const REPORT_PERIODS = ['day', 'month'] as const satisfies readonly Period[]

/** The range of the page; reports are of a day or a month. */
function shownRange(): Range {
  const { view, range } = route.value
  return view === 'figures' ? reportRange(range, shownZone(), nowMs.value) : range
}

/** One step back or on from what is shown; later than now there is nothing. */
export function stepRange(by: -1 | 1): void {
  keep({ range: stepped(shownRange(), by, shownZone(), nowMs.value) })
}

/** The one choice of time of a page: a step back, what is shown, a step on, and the periods of the calendar. */
export function RangePicker() {
  const w = words().range
  const { compare, view } = route.value
  const range = shownRange()
  const zone = shownZone()
  return (
    <fieldset class={`range ${view === 'figures' || view === 'alarms' ? 'is-plain' : ''}`} aria-label={w.label}>
      <nav class="segments range-periods" aria-label={w.label}>
        {(view === 'figures' ? REPORT_PERIODS : PERIODS).map((kind) => (
          <a
            key={kind}
            class="segment"
            href={linkWith({ range: periodOf(range, kind, zone, nowMs.value) })}
            aria-current={range.kind === kind ? 'true' : undefined}
          >
            {w.periods[kind]}
          </a>
        ))}
      </nav>
      <span class="segments is-bar range-steps">
        <button type="button" class="segment" aria-label={w.back} title={`${w.back} [`} onClick={() => stepRange(-1)}>
          <Icon name="chevronLeft" />
        </button>
        <Menu zone={zone} />
        <button
          type="button"
          class="segment"
          aria-label={w.on}
          title={`${w.on} ]`}
          disabled={reachesNow(range, zone, nowMs.value)}
          onClick={() => stepRange(1)}
        >
          <Icon name="chevron" />
        </button>
      </span>
      <button
        type="button"
        class="button range-compare"
        aria-pressed={compare}
        title={`${w.compareLong} c`}
        onClick={() => keep({ compare: !compare })}
      >
        {compare && <Icon name="check" size={14} />}
        {w.compare}
      </button>
    </fieldset>
  )
}

function Menu({ zone }: { readonly zone: string }) {
  const w = words().range
  const range = shownRange()
  const isOpen = useSignal(false)
  const root = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape'
      const isBeside = event.type === 'pointerdown' && !root.current?.contains(event.target as Node)
      if (isEscape || isBeside) isOpen.value = false
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  const choose = (chosen: Range) => {
    isOpen.value = false
    location.hash = linkWith({ range: chosen })
  }
  return (
    <span ref={root} class="range-menu">
      <button
        type="button"
        class="segment range-shown num"
        aria-expanded={isOpen.value}
        title={w.choose}
        onClick={() => {
          isOpen.value = !isOpen.value
        }}
      >
        {rangeText(range, { zone, language: language.value, nowMs: minuteMs.value }, words())}
        <Icon name="chevronDown" size={14} />
      </button>
      {isOpen.value && (
        <div class="menu range-choices">
          <ul>
            {(Object.keys(LAST_MS) as Last[]).map((last) => (
              <li key={last}>
                <button
                  type="button"
                  class="menu-item"
                  aria-current={range.kind === 'last' && range.last === last ? 'true' : undefined}
                  onClick={() => choose({ kind: 'last', last })}
                >
                  {w.last[last]}
                </button>
              </li>
            ))}
          </ul>
          <Between zone={zone} onChoose={choose} />
        </div>
      )}
    </span>
  )
}

/** Any two instants, in the time of the plant. */
function Between({ zone, onChoose }: { readonly zone: string; readonly onChoose: (range: Range) => void }) {
  const w = words().range
  const shown = spanOfRange(shownRange(), zone, nowMs.value)
  const from = useSignal(fieldText(shown.fromMs, zone))
  const to = useSignal(fieldText(Math.min(shown.toMs, nowMs.value), zone))
  const fromMs = instantOf(Date.parse(`${from.value}Z`), zone)
  const toMs = instantOf(Date.parse(`${to.value}Z`), zone)
  const isRight = toMs > fromMs
  return (
    <form
      class="range-between"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight) onChoose({ kind: 'span', fromMs, toMs })
      }}
    >
      <Field label={w.from} value={from.value} onValue={(value) => (from.value = value)} />
      <Field label={w.to} value={to.value} onValue={(value) => (to.value = value)} />
      <p class="faint">{isRight ? zone : w.wrong}</p>
      <button type="submit" class="button is-small" disabled={!isRight}>
        {w.show}
      </button>
    </form>
  )
}

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
}

function Field({ label, value, onValue }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="datetime-local"
        value={value}
        onInput={(event) => onValue((event.currentTarget as HTMLInputElement).value)}
      />
    </label>
  )
}
