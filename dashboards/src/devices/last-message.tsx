import { useSignal } from '@preact/signals'
import { METRICS } from '../../../src/base/metrics.js'
import type { DeviceAnswer, LastMessage, ReadingPoint, Rejection } from '../../../src/base/wire.js'
import { decimal, shownUnit } from '../format.js'
import { language, words } from '../settings.js'
import { exactText } from '../time/time.js'
import { CopyButton } from '../ui/command-line.js'
import { Icon } from '../ui/icon.js'
import { subscripts, Unit } from '../ui/text.js'
import type { SentReading } from './payload.js'
import { PayloadText } from './payload-text.js'
import { LOOKED_UP_MAX, useExplained } from './stored.js'
import { exactNumber, isUnnamed } from './text.js'

/** The last message as it came, and beside it what became of each of its readings. */
export function LastMessageCard({ device, zone }: { readonly device: DeviceAnswer; readonly zone: string }) {
  const w = words().devices
  const last = device.last_message
  return (
    <section class="card last-message" aria-label={w.lastMessage} data-card="last-message">
      {last === null ? (
        <>
          <header class="card-head">
            <h2>{w.lastMessage}</h2>
          </header>
          <p class="card-note">{device.messages === 0 ? w.neverSentNote : w.noneSinceStart}</p>
        </>
      ) : (
        <Message device={device} newest={last} zone={zone} />
      )}
    </section>
  )
}

interface MessageProps {
  readonly device: DeviceAnswer
  readonly newest: LastMessage
  readonly zone: string
}

function Message({ device, newest, zone }: MessageProps) {
  const lang = language.value
  const w = words().devices
  const asHex = useSignal(false)
  const { last, sent, stored } = useExplained(device.plant, device.id, newest)
  const atMs = Date.parse(last.received_at)
  const facts = [
    exactText(atMs, zone, lang),
    w.bytes(decimal(last.size_bytes, 0, lang)),
    isUnnamed(last.client) ? w.noClientId : w.fromClient(last.client),
  ]
  return (
    <>
      <header class="card-head">
        <h2>{w.lastMessage}</h2>
        <span class="card-sub num">{facts.join(' · ')}</span>
        <span class="card-tools">
          <CopyButton text={last.sample} label={w.copyMessage} />
          <span class="segments">
            {[false, true].map((hex) => (
              <button
                key={String(hex)}
                type="button"
                class="segment"
                aria-current={asHex.value === hex ? 'true' : undefined}
                onClick={() => (asHex.value = hex)}
              >
                {hex ? 'Hex' : w.asText}
              </button>
            ))}
          </span>
        </span>
      </header>
      <p class="message-topic">
        <code>{last.topic}</code>
      </p>
      <div class="message-parts">
        <PayloadText sample={last.sample} sizeBytes={last.size_bytes} asHex={asHex.value} />
        <ul class="message-readings" aria-label={w.becameOfIt}>
          {sent.slice(0, LOOKED_UP_MAX).map((one) => (
            <SentRow
              key={one.metric}
              sent={one}
              stored={stored.get(one.metric)}
              rejection={last.rejections.find(({ metric }) => metric === one.metric)}
              isTaken={last.readings > 0}
            />
          ))}
          {sent.length > LOOKED_UP_MAX && <li class="faint">{w.moreReadings(String(sent.length - LOOKED_UP_MAX))}</li>}
          {last.rejections
            .filter(({ metric }) => metric === undefined || !sent.some((one) => one.metric === metric))
            .map((rejection, i) => (
              <RejectionRow key={i} rejection={rejection} />
            ))}
        </ul>
      </div>
      <footer class="card-foot">
        <span class="state">
          <Icon name={last.rejections.length === 0 ? 'check' : 'alert'} size={14} />
          {w.outcome(decimal(last.readings, 0, lang), decimal(last.rejections.length, 0, lang))}
        </span>
        {last.events > 0 && <span>{w.events(decimal(last.events, 0, lang))}</span>}
      </footer>
    </>
  )
}

interface SentRowProps {
  readonly sent: SentReading
  readonly stored: ReadingPoint | undefined
  readonly rejection: Rejection | undefined
  /** At least one reading of the message was taken. */
  readonly isTaken: boolean
}

function SentRow({ sent, stored, rejection, isTaken }: SentRowProps) {
  const w = words()
  const known = METRICS.get(sent.metric)
  if (rejection !== undefined) return <RejectionRow rejection={rejection} />
  const asSent = `${valueText(sent.value)}${sent.unit === null ? '' : ` ${sent.unit}`}`
  return (
    <li class="message-reading" data-metric={sent.metric}>
      <span>
        <code>{sent.metric}</code>
        <span class="faint">{w.devices.sent(asSent)}</span>
      </span>
      <span class="message-stored">
        {stored === undefined ? (
          <span class="value">—</span>
        ) : (
          <span class="value is-strong" data-value={stored.value}>
            {valueText(stored.value)}
            <Unit unit={shownUnit(stored.unit)} />
          </span>
        )}
        <span class="faint">
          {stored === undefined
            ? isTaken
              ? w.devices.notStoredYet
              : w.devices.notTaken
            : [
                known === undefined ? w.devices.unknownMetric : w.devices.storedIn,
                ...(stored.quality === 'good' ? [] : [`${w.devices.quality} ${stored.quality}`]),
              ].join(' · ')}
        </span>
      </span>
    </li>
  )
}

function RejectionRow({ rejection }: { readonly rejection: Rejection }) {
  const w = words()
  return (
    <li class="message-rejected">
      <Icon name="alert" size={14} />
      <span>
        <strong>{w.quarantine.reasons[rejection.reason]}</strong> <code>{rejection.reason}</code>
        {rejection.index > 0 && <span class="faint"> {w.quarantine.element(String(rejection.index + 1))}</span>}
        <span class="rejection-detail" lang="en">
          {subscripts(rejection.detail)}
        </span>
      </span>
    </li>
  )
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return exactNumber(value, language.value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
