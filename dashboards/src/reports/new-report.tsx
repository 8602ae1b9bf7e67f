import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { REPORT_PROFILES, type ReportProfile } from '../../../src/base/report.js'
import { plantName } from '../names.js'
import { goTo } from '../nav.js'
import { language } from '../settings.js'
import { nowMs, plantList } from '../state.js'
import { periodText } from '../time/range-text.js'
import { localMs } from '../time/time.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { JobProgress, Problem } from '../ui/job-progress.js'
import { daysWithData } from './data-days.js'
import { type FileLanguage, makeDraft } from './gateway.js'
import { useWork } from './job.js'
import {
  type Days,
  dayAfter,
  dayBefore,
  firstChoice,
  firstWholeDay,
  lastPeriods,
  PRESETS,
  type Preset,
} from './period.js'
import { reportWords } from './words.js'

interface NewReportProps {
  readonly isOpen: boolean
  /** The plant that is looked at. */
  readonly plant: string | null
  readonly onClose: () => void
}

const OFFERED: Readonly<Record<Exclude<Preset, 'custom'>, number>> = { month: 24, quarter: 8, year: 5 }
/** Languages of the rendered files, for readers of both languages or of one. */
const RENDERED = { all: ['en', 'zh', 'both'], en: ['en'], zh: ['zh'] } as const satisfies Readonly<
  Record<string, readonly FileLanguage[]>
>
type Readers = keyof typeof RENDERED

/** Dialog that makes a draft: of which plants, in which form, of which days. */
export function NewReportDialog({ isOpen, plant, onClose }: NewReportProps) {
  const w = reportWords().create
  return (
    <Dialog title={w.title} isOpen={isOpen} onClose={onClose} class="report-dialog">
      {isOpen && <Form plant={plant} onClose={onClose} />}
    </Dialog>
  )
}

function Form({ plant, onClose }: Omit<NewReportProps, 'isOpen'>) {
  const dictionary = reportWords()
  const w = dictionary.create
  const lang = language.value
  const first = plant ?? plantList.peek()[0]?.id
  const chosen = useSignal<readonly string[]>(first === undefined ? [] : [first])
  const profile = useSignal<ReportProfile>('ghg')
  const readers = useSignal<Readers>('all')
  const days = useDays(chosen.value[0])
  const fault = useSignal('')
  const work = useWork()
  const isBusy = work.job.value?.state === 'waiting' || work.job.value?.state === 'running'
  const send = (event: Event) => {
    event.preventDefault()
    if (isBusy) return
    const { from, to } = days.chosen.value
    fault.value = chosen.value.length === 0 ? w.noPlant : from < to ? '' : w.wrongDays
    if (fault.value !== '') return
    const asked = {
      plants: chosen.value.toSorted(),
      profile: profile.value,
      from,
      to,
      languages: RENDERED[readers.value],
    }
    work.begin(
      () => makeDraft(asked),
      (job) => {
        onClose()
        const made = job?.report
        if (made !== null && made !== undefined) goTo({ view: 'report', report: made.id, version: made.version })
      },
    )
  }
  return (
    <form class="report-form" onSubmit={send} noValidate>
      <DialogHead title={w.title} onClose={onClose} />
      <fieldset>
        <legend>{w.plants}</legend>
        {plantList.value.map((each) => (
          <label key={each.id} class="report-check">
            <input
              type="checkbox"
              checked={chosen.value.includes(each.id)}
              onChange={(event) => {
                const others = chosen.value.filter((id) => id !== each.id)
                chosen.value = event.currentTarget.checked ? [...others, each.id] : others
              }}
            />
            {plantName(each)}
          </label>
        ))}
      </fieldset>
      <label class="field">
        {w.profile}
        <select
          value={profile.value}
          onChange={(event) => (profile.value = event.currentTarget.value as ReportProfile)}
        >
          {REPORT_PROFILES.map((id) => (
            <option key={id} value={id}>
              {dictionary.profiles[id]}
            </option>
          ))}
        </select>
      </label>
      <PeriodFields days={days} />
      <FirstDayNote day={days.wholeDay.value} />
      <label class="field">
        {w.language}
        <select value={readers.value} onChange={(event) => (readers.value = event.currentTarget.value as Readers)}>
          {(Object.keys(RENDERED) as Readers[]).map((id) => (
            <option key={id} value={id}>
              {w.languages[id]}
            </option>
          ))}
        </select>
      </label>
      <p class="faint">{w.note}</p>
      <Problem text={fault.value} />
      <Problem text={work.problem.value === '' ? '' : w.failed(work.problem.value)} />
      {work.job.value !== null && <JobProgress job={work.job.value} />}
      <footer>
        <span class="faint num">{periodText(days.chosen.value.from, days.chosen.value.to, lang)}</span>
        <button type="button" class="button" onClick={onClose}>
          {w.cancel}
        </button>
        <button type="submit" class="button is-primary" aria-busy={isBusy}>
          {w.make}
        </button>
      </footer>
    </form>
  )
}

/** Tells, on the first day of a plant, from when on a report has figures; nothing later. */
function FirstDayNote({ day }: { readonly day: string | null }) {
  const text = (one: string) => periodText(one, dayAfter(one), language.value)
  return (
    <p role="status" data-note="first-day">
      {day !== null && reportWords().create.firstDay(text(dayBefore(day)), text(day), text(dayAfter(day)))}
    </p>
  )
}

type DaysChoice = ReturnType<typeof useDays>

/** A preset and one of its periods, or any two days; in the calendar of the plant. */
function useDays(plant: string | undefined) {
  const zone = plantList.value.find(({ id }) => id === plant)?.timezone ?? 'UTC'
  const preset = useSignal<Preset>('month')
  const place = useSignal(0)
  const todayMs = localMs(nowMs.peek(), zone)
  const [lastMonth] = lastPeriods('month', todayMs, 1)
  const own = useSignal<Days>(lastMonth!)
  const wholeDay = useSignal<string | null>(null)
  const isTouched = useRef(false)
  useEffect(() => {
    const gone = new AbortController()
    wholeDay.value = null
    if (plant === undefined) return
    void daysWithData(plant, zone, gone.signal).then((known) => {
      if (!gone.signal.aborted) wholeDay.value = firstWholeDay(known, todayMs)
      // A person who has chosen already keeps the choice.
      if (gone.signal.aborted || isTouched.current) return
      const choice = firstChoice(known, todayMs, OFFERED.month)
      preset.value = choice.preset
      if (choice.preset === 'custom') own.value = choice.days
      else place.value = choice.place
    })
    return () => gone.abort()
  }, [plant])
  const touch = () => {
    isTouched.current = true
  }
  const offered = preset.value === 'custom' ? [] : lastPeriods(preset.value, todayMs, OFFERED[preset.value])
  const chosen = useComputed<Days>(() => {
    if (preset.value === 'custom') return own.value
    return lastPeriods(preset.value, todayMs, OFFERED[preset.value])[place.value] ?? own.value
  })
  return { preset, place, own, offered, chosen, wholeDay, touch }
}

function PeriodFields({ days: { preset, place, own, offered, touch } }: { readonly days: DaysChoice }) {
  const w = reportWords().create
  return (
    <fieldset onInput={touch}>
      <legend>{w.period}</legend>
      <span class="segments">
        {PRESETS.map((id) => (
          <button
            key={id}
            type="button"
            class="segment"
            aria-current={preset.value === id ? 'true' : undefined}
            onClick={() => {
              touch()
              preset.value = id
              place.value = 0
            }}
          >
            {w.presets[id]}
          </button>
        ))}
      </span>
      {preset.value === 'custom' ? (
        <>
          <label class="field">
            {w.from}
            <input
              type="date"
              value={own.value.from}
              onInput={(event) => {
                if (event.currentTarget.value !== '') own.value = { ...own.value, from: event.currentTarget.value }
              }}
            />
          </label>
          <label class="field">
            {w.to}
            <input
              type="date"
              value={dayBefore(own.value.to)}
              onInput={(event) => {
                const day = event.currentTarget.value
                if (day !== '') own.value = { ...own.value, to: dayAfter(day) }
              }}
            />
          </label>
        </>
      ) : (
        <label class="field">
          {w.presets[preset.value]}
          <select value={place.value} onChange={(event) => (place.value = Number(event.currentTarget.value))}>
            {offered.map((days, i) => (
              <option key={days.from} value={i}>
                {preset.value === 'quarter'
                  ? `${days.from.slice(0, 4)} Q${Math.ceil(Number(days.from.slice(5, 7)) / 3)}`
                  : periodText(days.from, days.to, language.value)}
              </option>
            ))}
          </select>
        </label>
      )}
    </fieldset>
  )
}
