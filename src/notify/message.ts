import { ALARM_SEVERITIES, type AlarmItem, type AlarmSeverity } from '../base/alarm.js'
import { byCause } from '../base/alarm-causes.js'
import type { Language } from '../base/notify.js'
import { figureText } from '../kpi/alarms/texts.js'
import { type AlarmEvent, NOTIFICATION_WORDS, type NotificationWords } from './words.js'

/** An alarm as it is told. */
export interface NotifiedAlarm {
  readonly event: AlarmEvent
  readonly alarm: AlarmItem
}

/** Names and time zone of a plant, as far as a message has to know them. */
export interface PlantWords {
  readonly name: { readonly en?: string | undefined; readonly zh?: string | undefined }
  /** IANA zone; what it says is the plant's own time. */
  readonly timezone: string
  readonly lines: readonly { readonly id: string; readonly name: PlantWords['name'] }[]
}

/** Content that is sent at once, before it is put into the form of a channel. */
export interface Notification {
  readonly isTest: boolean
  readonly sentAtMs: number
  /** As `inOrderOfUrgency` has it. */
  readonly told: readonly NotifiedAlarm[]
  /** Alarms that were long raised when they were noticed, and are open still: counted, not told one by one. */
  readonly older: number
  readonly language: Language
  readonly publicUrl: string | null
  plant(id: string): PlantWords
}

/** A message in words. */
export interface MessageText {
  readonly title: string
  readonly items: readonly { readonly head: string; readonly facts: readonly string[]; readonly link: string | null }[]
  /** Lines below the items: how many are left out, how many are older. */
  readonly rest: readonly string[]
  /** Address of the page of all open alarms. */
  readonly link: { readonly text: string; readonly url: string } | null
}

/** Every title begins with it, so that it can be the keyword that a robot asks for. */
const PROGRAM = 'Greengauge'
/** More in one message are a storm: these are told, the others counted. */
const ITEMS_MAX = 10
const EVENTS: readonly AlarmEvent[] = ['raised', 'cleared', 'withdrawn']

/** The event that an alarm has come to, as it stands now. */
export function eventOf(alarm: AlarmItem): AlarmEvent {
  if (alarm.cleared_at === null) return 'raised'
  return isWithdrawn(alarm) ? 'withdrawn' : 'cleared'
}

/** Only an alarm that never was is back to normal without anybody's acknowledgement. */
export function isWithdrawn(alarm: AlarmItem): boolean {
  return alarm.state === 'cleared_ack' && alarm.acked_at === null
}

/** Sorts what was raised before what is over, worst first, then newest. */
export function inOrderOfUrgency(told: readonly NotifiedAlarm[]): NotifiedAlarm[] {
  const isOver = ({ event }: NotifiedAlarm) => Number(event !== 'raised')
  const rank = ({ alarm }: NotifiedAlarm) => ALARM_SEVERITIES.indexOf(alarm.severity)
  return [...told].sort(
    (a, b) =>
      isOver(a) - isOver(b) || rank(a) - rank(b) || Date.parse(b.alarm.raised_at) - Date.parse(a.alarm.raised_at),
  )
}

/** The page of one alarm, or of all open ones; null when nobody said where the pages are. */
export function linkOf(publicUrl: string | null, alarm: AlarmItem | null): string | null {
  if (publicUrl === null) return null
  const query = alarm === null ? '' : `?${new URLSearchParams({ plant: alarm.plant, alarm: alarm.id })}`
  return `${publicUrl.replace(/\/+$/, '')}/#/alarms${query}`
}

/** Alarms of one cause as one: a message is not longer for the devices behind a switch. */
function byEventAndCause(told: readonly NotifiedAlarm[]): readonly NotifiedAlarm[] {
  const among = told.map(({ alarm }) => alarm)
  const heads = EVENTS.flatMap((event) => {
    const alarms = told.flatMap((one) => (one.event === event ? [one.alarm] : []))
    return byCause(alarms, among).map(({ head }) => ({ event, alarm: head }))
  })
  return inOrderOfUrgency(heads)
}

export function textOfNotification(whole: Notification): MessageText {
  const message = { ...whole, told: byEventAndCause(whole.told) }
  const words = NOTIFICATION_WORDS[message.language]
  const { told, older, publicUrl } = message
  const titled = (title: string) => `${PROGRAM} · ${title}`
  if (message.isTest) {
    const link = linkOf(publicUrl, null)
    const page = link === null ? null : { text: words.open, url: link }
    return { title: titled(words.test), items: [{ head: words.testBody, facts: [], link: null }], rest: [], link: page }
  }
  const items = told.slice(0, ITEMS_MAX).map(({ event, alarm }) => ({
    head: headOf(words, message, alarm, event === 'raised' ? words.severity[alarm.severity] : words.event[event]),
    facts: factsOf(words, message, alarm),
    link: linkOf(publicUrl, alarm),
  }))
  const rest = [
    ...(told.length > items.length ? [words.more(told.length - items.length)] : []),
    ...(older > 0 ? [words.older(older)] : []),
  ]
  const link = linkOf(publicUrl, null)
  const page = link === null || (told.length === 1 && older === 0) ? null : { text: words.open, url: link }
  return { title: titled(titleOf(words, message)), items, rest, link: page }
}

function titleOf(words: NotificationWords, message: Notification): string {
  const { told, older } = message
  const [first] = told
  if (first === undefined) return words.older(older)
  if (told.length === 1) {
    const { event, alarm } = first
    const word = event === 'raised' ? words.alarmOf(words.severity[alarm.severity]) : words.event[event]
    return headOf(words, message, alarm, word)
  }
  const raised = told.filter(({ event }) => event === 'raised')
  const bySeverity = ALARM_SEVERITIES.flatMap((severity): (readonly [AlarmSeverity, number])[] => {
    const count = raised.filter(({ alarm }) => alarm.severity === severity).length
    return count === 0 ? [] : [[severity, count]]
  })
  return words.several(told.length, bySeverity, told.length - raised.length)
}

function headOf(words: NotificationWords, message: Notification, alarm: AlarmItem, word: string): string {
  const plant = message.plant(alarm.plant)
  const name = (of: PlantWords['name'], id: string) => of[message.language] ?? of.en ?? of.zh ?? id
  const line = alarm.scope === 'line' ? plant.lines.find(({ id }) => id === alarm.scope_id) : undefined
  const part = alarm.scope === 'plant' ? null : line === undefined ? alarm.scope_id : name(line.name, line.id)
  return words.head(word, alarm.text[message.language], words.where(name(plant.name, alarm.plant), part))
}

function factsOf(words: NotificationWords, message: Notification, alarm: AlarmItem): string[] {
  const { timezone } = message.plant(alarm.plant)
  const at = (instant: string) => timeIn(timezone, instant)
  const event = eventOf(alarm)
  const when =
    event === 'raised'
      ? words.raised(at(alarm.raised_at))
      : event === 'withdrawn'
        ? words.withdrawn(at(alarm.raised_at))
        : words.cleared(at(alarm.raised_at), at(alarm.cleared_at!))
  // A silence or a clock is compared with a delay, which says nothing to who reads it.
  if (alarm.kpi === null) return [when]
  const figure = (value: number) => figureText(value, alarm, message.language)
  return [words.figures(figure(alarm.value), figure(alarm.limit)), when]
}

/** As the plant's clocks show it, with the offset: `2026-11-25 17:40 (GMT+8)`. */
function timeIn(timeZone: string, instant: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).formatToParts(Date.parse(instant))
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')} (${of('timeZoneName')})`
}
