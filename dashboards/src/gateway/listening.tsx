import { useSignal } from '@preact/signals'
import type { DeviceAnswer, LastMessage, QuarantineAnswer, QuarantineItem } from '../../../src/base/wire.js'
import { PayloadText } from '../devices/payload-text.js'
import { adviceOn } from '../devices/quarantine.js'
import { isWhole, type SenderFields, topicText } from '../devices/sender.js'
import { decimal } from '../format.js'
import { zoneOf } from '../names.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { connection, loadPlants, plantList } from '../state.js'
import { clockSecondsText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { subscripts } from '../ui/text.js'
import { get } from './api.js'
import { useRepeated } from './polled.js'

const EVERY_MS = 1_000
/** Number of the newest messages in quarantine that are looked through for one that was meant. */
const LOOKED_THROUGH = 20
const STRAYS_SHOWN = 3

interface Heard {
  /** The last message of this device since the page listens. */
  readonly message: LastMessage | null
  /** Messages under topics that are none: perhaps those that were meant. */
  readonly strays: readonly QuarantineItem[]
}

const SILENCE: Heard = { message: null, strays: [] }

interface ListeningProps {
  readonly fields: SenderFields
  readonly title: string
}

/** Waits for the first message of a topic, and tells what became of it. */
export function Listening({ fields, title }: ListeningProps) {
  const w = words().connect
  const heard = useHeard(fields)
  const { message, strays } = heard.value
  const isLive = connection.value.kind === 'live'
  return (
    <section class="card connect-listen" aria-label={w.listen} data-card="listening">
      <h2>{title}</h2>
      <p class="listening" role="status" data-heard={message === null ? 'nothing' : 'message'}>
        {message === null ? (
          <>
            <span class="ring" aria-hidden="true" />
            {!isLive ? words().empty.notListening : isWhole(fields) ? w.waiting : w.mendTopic}
          </>
        ) : (
          <>
            <Icon name={message.rejections.length === 0 ? 'check' : 'alert'} />
            <strong>{message.rejections.length === 0 ? w.arrived : w.arrivedWrong}</strong>
          </>
        )}
      </p>
      {message === null && isWhole(fields) && (
        <p class="connect-topic is-quiet">
          <code>{topicText(fields)}</code>
        </p>
      )}
      {message !== null && <Outcome fields={fields} message={message} />}
      {strays.length > 0 && <Strays items={strays} />}
    </section>
  )
}

function Outcome({ fields, message }: { readonly fields: SenderFields; readonly message: LastMessage }) {
  const lang = language.value
  const w = words()
  const zone = zoneOf(fields.plant)
  const facts = [
    clockSecondsText(Date.parse(message.received_at), zone, lang),
    w.devices.bytes(decimal(message.size_bytes, 0, lang)),
    w.devices.outcome(decimal(message.readings, 0, lang), decimal(message.rejections.length, 0, lang)),
  ]
  return (
    <>
      <p class="faint num">{facts.join(' · ')}</p>
      {message.topic !== topicText(fields) && (
        <p class="connect-hint">
          {w.connect.otherTopic} <code>{message.topic}</code>
        </p>
      )}
      <ul class="connect-faults">
        {message.rejections.map((rejection, i) => (
          <li key={i}>
            <strong>{w.quarantine.reasons[rejection.reason]}</strong> <code>{rejection.reason}</code>
            <span class="rejection-detail" lang="en">
              {subscripts(rejection.detail)}
            </span>
            <span>{adviceOn(w.quarantine, rejection.reason, rejection.detail)}</span>
          </li>
        ))}
      </ul>
      <PayloadText sample={message.sample} sizeBytes={message.size_bytes} />
      <a class="button is-primary" href={linkTo({ view: 'device', plant: fields.plant, device: fields.device })}>
        {w.connect.open(fields.device)}
        <Icon name="chevron" size={14} />
      </a>
    </>
  )
}

function Strays({ items }: { readonly items: readonly QuarantineItem[] }) {
  const w = words()
  return (
    <div class="connect-strays" data-strays>
      <p>{w.connect.strays}</p>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <code>{item.topic}</code>
            <span class="rejection-detail" lang="en">
              {item.rejections[0]?.detail}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Messages that have come since the page listens for a topic; a second is fast enough for somebody who has just pressed Enter. */
function useHeard(fields: SenderFields) {
  const heard = useSignal<Heard>(SILENCE)
  const { plant, line, device } = fields
  const path = isWhole(fields) ? `/plants/${plant}/devices/${device}` : null
  const isThere = () =>
    plantList.peek().some(({ id, lines }) => id === plant && lines.some((l) => l.devices.some((d) => d.id === device)))
  useRepeated(
    () => {
      heard.value = SILENCE
      // Messages that were there before were not sent by the person who reads this.
      let first: { readonly message: string; readonly strays: ReadonlySet<string> } | null = null
      return async (gone) => {
        // A device that the gateway has never heard of has no answer of its own, but it will stand in the list.
        if (path !== null && !isThere()) await loadPlants()
        const [found, stray] = await Promise.all([
          path !== null && isThere() ? get<DeviceAnswer>(path) : null,
          get<QuarantineAnswer>(`/quarantine?reason=bad_topic&limit=${LOOKED_THROUGH}`),
        ])
        if (gone.aborted) return
        const message = found?.kind === 'loaded' ? found.value.last_message : null
        const items = stray.kind === 'loaded' ? stray.value.items : []
        if (first === null) {
          first = { message: stamp(message), strays: new Set(items.map(({ id }) => id)) }
        } else {
          const known = first
          heard.value = {
            message: message !== null && stamp(message) !== known.message ? message : null,
            strays: items.filter(({ id }) => !known.strays.has(id)).slice(0, STRAYS_SHOWN),
          }
        }
      }
    },
    EVERY_MS,
    [path, line],
  )
  return heard
}

const stamp = (message: LastMessage | null) => (message === null ? '' : `${message.received_at} ${message.size_bytes}`)
