import type { AlarmCause, AlarmItem } from '../base/alarm.js'
import { ALARM_SEVERITIES } from '../base/alarm.js'
import { sharedCauses } from '../base/alarm-causes.js'
import { sendTo, shownAddressOf } from './address.js'
import { outcomeOf, postJson } from './http.js'
import { linkOf, type Notification, textOfNotification } from './message.js'
import type { WebhookOptions } from './options.js'
import type { ChannelSender } from './sender.js'
import type { AlarmEvent } from './words.js'

/** Alarms in one message; `total` tells how many there are. */
const ALARMS_MAX = 100

/** The body of a POST to a plain webhook. Fields may be added, none is taken away. */
interface WebhookBody {
  readonly type: 'greengauge.alarms'
  readonly version: 1
  readonly test: boolean
  readonly channel: string
  readonly sent_at: string
  /** One line for people. */
  readonly title: string
  readonly total: number
  /** Number of the alarms that were raised, by severity. */
  readonly by_severity: Readonly<Record<string, number>>
  /** Raised more than an hour before they were noticed, and open still: only counted. */
  readonly older: number
  /** An id and an event that came before are a repetition. */
  readonly alarms: readonly {
    readonly event: AlarmEvent
    /** null without `public_url`. */
    readonly link: string | null
    readonly alarm: AlarmItem
  }[]
  /** Each entry joins those raised alarms that have one cause. */
  readonly causes: readonly AlarmCause[]
}

export function openWebhook(options: WebhookOptions): ChannelSender {
  return {
    target: shownAddressOf(options),
    send: (message, signal) =>
      sendTo(
        options,
        { value: options.token, file: options.token_file, setting: 'token_file' },
        async (url, token): Promise<ReturnType<typeof outcomeOf>> => {
          const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
          return outcomeOf(await postJson(url, bodyOf(options.id, message), signal, headers))
        },
      ),
  }
}

function bodyOf(channel: string, message: Notification): WebhookBody {
  const { told, older, isTest, publicUrl } = message
  const raised = told.filter(({ event }) => event === 'raised')
  return {
    type: 'greengauge.alarms',
    version: 1,
    test: isTest,
    channel,
    sent_at: new Date(message.sentAtMs).toISOString(),
    title: textOfNotification(message).title,
    total: told.length,
    by_severity: Object.fromEntries(
      ALARM_SEVERITIES.map((severity) => [severity, raised.filter(({ alarm }) => alarm.severity === severity).length]),
    ),
    older,
    causes: sharedCauses(raised.slice(0, ALARMS_MAX).map(({ alarm }) => alarm)),
    alarms: told.slice(0, ALARMS_MAX).map(({ event, alarm }) => ({ event, link: linkOf(publicUrl, alarm), alarm })),
  }
}
