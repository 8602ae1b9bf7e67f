import type { AlarmItem } from '../../../src/base/alarm.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { ackNote, deviationText, momentText } from './text.js'

interface Happening {
  readonly at: string
  readonly what: string
  /** null for the gateway. */
  readonly by: string | null
  readonly note: string
}

/** Events of an alarm and what was said of it, in the order of time. */
export function AlarmStory({ alarm, zone }: { readonly alarm: AlarmItem; readonly zone: string }) {
  const w = words().alarms
  const lang = language.value
  return (
    <section>
      <h3 class="sr-only">{w.happened}</h3>
      <ol class="alarm-story">
        {storyOf(alarm).map(({ at, what, by, note }, i) => (
          <li key={i}>
            <time class="num faint" dateTime={at} title={exactText(Date.parse(at), zone, lang)}>
              {momentText(at, zone, nowMs.peek(), lang)}
            </time>
            <span>
              {[what, by].filter((part) => part !== null && part !== '').join(' · ')}
              {note !== '' && <q class="alarm-quote">{note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function storyOf(alarm: AlarmItem): readonly Happening[] {
  const w = words().alarms
  const { raised_at, cleared_at, acked_at, acked_by, notes } = alarm
  const story: Happening[] = [{ at: raised_at, what: w.quote(w.raised, deviationText(alarm)), by: null, note: '' }]
  if (cleared_at !== null) story.push({ at: cleared_at, what: w.cleared, by: null, note: '' })
  if (acked_at !== null) {
    story.push({ at: acked_at, what: w.wasAcknowledged, by: acked_by ?? w.nobody, note: ackNote(alarm) })
  }
  for (const { at, by, text } of notes) {
    if (at === acked_at && text === ackNote(alarm)) continue
    story.push(by === null ? { at, what: text, by: w.gateway, note: '' } : { at, what: w.note, by, note: text })
  }
  return story.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}
