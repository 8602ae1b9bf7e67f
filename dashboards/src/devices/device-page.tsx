import type { DeviceAnswer, PlantNode } from '../../../src/base/wire.js'
import { ClockChart } from '../chart/clock-chart.js'
import { lastingText } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo, titleOf } from '../nav.js'
import { MachineFigures } from '../plant/line-figures.js'
import { RobotsCard } from '../plant/robots-card.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { loadPlants, nowMs, plants } from '../state.js'
import { exactText } from '../time/time.js'
import { CommandLine } from '../ui/command-line.js'
import { ErrorCard } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { subscripts } from '../ui/text.js'
import { broker } from './broker.js'
import { DeviceFacts } from './device-facts.js'
import { DeviceSign, standingText } from './device-table.js'
import { LastMessageCard } from './last-message.js'
import { standingOf } from './list.js'
import { adviceOn } from './quarantine.js'
import { QuarantineCard } from './quarantine-card.js'
import { ReadingsCard } from './readings-card.js'
import { RemoveDevice } from './remove-device.js'
import { RemoveMetric } from './remove-metric.js'
import { ReplaceMeter } from './replace-meter.js'
import { listenLine, type SenderFields, senderIn, senderText } from './sender.js'
import { isUnnamed } from './text.js'
import { useWaiting } from './waiting.js'

const EVERY_MS = 2_000

type DeviceRoute = Extract<Route, { view: 'device' }>

/** One device: what it sends, what becomes of it, and if nothing does, why. */
export default function DeviceView({ at }: { readonly at: DeviceRoute }) {
  const w = words()
  const known = plants.value
  if (known.kind === 'loading') return <Skeleton class="device-skeleton" />
  if (known.kind === 'failed') {
    return <ErrorCard title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
  }
  const plant = known.value.find(({ id }) => id === at.plant)
  const isThere = plant?.lines.some(({ devices }) => devices.some(({ id }) => id === at.device)) ?? false
  if (!isThere) return <Unknown at={at} line={plant?.lines[0]?.id ?? ''} />
  return <Known at={at} plant={plant} zone={plant?.timezone ?? 'UTC'} />
}

interface KnownProps {
  readonly at: DeviceRoute
  readonly plant: PlantNode | undefined
  readonly zone: string
}

function Known({ at, plant, zone }: KnownProps) {
  const answer = usePolled<DeviceAnswer>(`/plants/${at.plant}/devices/${at.device}`, EVERY_MS)
  const waiting = useWaiting(at.plant, at.device)
  const known = answer.value
  if (known.kind === 'loading') return <Skeleton class="device-skeleton" />
  if (known.kind === 'failed') {
    return <ErrorCard title={words().devices.failed} detail={known.detail} onRetry={answer.again} />
  }
  const device = known.value
  return (
    <>
      <Head device={device} />
      <Absence device={device} zone={zone} />
      {plant !== undefined && MACHINES.has(device.role) && <Machine plant={plant} device={device.id} />}
      <DeviceFacts device={device} zone={zone} />
      <div class="device-cards">
        <LastMessageCard device={device} zone={zone} />
        <ClockChart device={device} zone={zone} />
      </div>
      <ReadingsCard device={device} at={at} zone={zone} />
      <QuarantineCard waiting={waiting} isOfOne zone={zone} />
      <ReplaceMeter device={device} zone={zone} />
      <RemoveMetric device={device} metric={at.metric} />
      <RemoveDevice device={device} />
    </>
  )
}

const MACHINES: ReadonlySet<string | null> = new Set(['robot', 'machine'])

/** The states of a machine over the range and its figures come before its messages. */
function Machine({ plant, device }: { readonly plant: PlantNode; readonly device: string }) {
  return (
    <>
      <div class="plant-cards is-one">
        <RobotsCard plant={plant} line={null} device={device} />
      </div>
      <MachineFigures plant={plant} device={device} />
    </>
  )
}

/** The page fills by itself once the device has sent something. */
function Unknown({ at, line }: { readonly at: DeviceRoute; readonly line: string }) {
  const w = words().devices
  const sender = senderText({ plant: at.plant, line, device: at.device, kind: 'energy' })
  return (
    <section class="card empty">
      <p>
        <strong>{w.unknown}</strong> <code>{at.device}</code>
      </p>
      <p>{w.unknownNote}</p>
      <a class="button" href={linkTo({ view: 'connect', sender })}>
        <Icon name="plug" size={14} />
        {titleOf('connect')}
      </a>
    </section>
  )
}

function Head({ device }: { readonly device: DeviceAnswer }) {
  const w = words()
  const roles: Readonly<Record<string, string>> = w.devices.roles
  const role = roles[device.role ?? ''] ?? device.role
  const { session } = device
  return (
    <header class="device-head">
      <h2>{device.id}</h2>
      <span class="chip is-filled">
        <DeviceSign state={standingOf(device)} />
        {standingText(device)}
      </span>
      {role !== null && <span class="chip">{role}</span>}
      {!device.configured && <span class="chip">{w.plant.unconfigured}</span>}
      {session !== null && (
        <span class="device-session">
          {isUnnamed(session.client) ? (
            w.devices.noClientId
          ) : (
            <>
              {w.devices.client} <code>{session.client}</code>
            </>
          )}
          {session.mqtt !== null && ` · MQTT ${session.mqtt}`}
          {session.state !== null && ` · ${w.devices.sessions[session.state]}`}
        </span>
      )}
      <a class="button is-small" href={linkTo({ view: 'connect', sender: senderText(senderOf(device)) })}>
        <Icon name="plug" size={14} />
        {w.devices.howToSend}
      </a>
    </header>
  )
}

/** The device as a sender, of the class that it used last. */
function senderOf({ plant, line, id, last_message: last }: DeviceAnswer): SenderFields {
  const used = last === null ? null : senderIn(last.topic.replace(/^plants\//, ''))
  return { plant, line, device: id, kind: used?.kind ?? 'energy' }
}

/** It sends, and nothing of it is taken: why, and what mends that. */
function Refused({ device }: { readonly device: DeviceAnswer }) {
  const w = words()
  const reason = device.rejected_reason
  if (reason === null) return null
  const newest = device.last_message?.rejections.find((rejection) => rejection.reason === reason)
  return (
    <section class="card absence" aria-label={w.devices.absence.refused} data-card="refused">
      <p class="absence-title">
        <DeviceSign state={standingOf(device)} />
        {w.devices.absence.refused}
      </p>
      <p>
        <strong>{w.quarantine.reasons[reason]}</strong> <code>{reason}</code>
      </p>
      {newest !== undefined && (
        <p class="rejection-detail" lang="en">
          {subscripts(newest.detail)}
        </p>
      )}
      <p>{adviceOn(w.quarantine, reason, newest?.detail ?? '')}</p>
    </section>
  )
}

const SENDS_WITHIN_MS = 5 * 60_000

/** True when the last message came a short time ago, and was anything but a status. */
function sendsSince({ last_message: last }: DeviceAnswer, now: number): boolean {
  return last !== null && !last.topic.endsWith('/status') && now - Date.parse(last.received_at) < SENDS_WITHIN_MS
}

/** Since when nothing comes, and what to try, in the order in which it is quick to do. */
function Absence({ device, zone }: { readonly device: DeviceAnswer; readonly zone: string }) {
  const lang = language.value
  const w = words().devices.absence
  const standing = standingOf(device)
  if (standing === 'online' || standing === 'retired' || standing === 'returned') return null
  if (standing === 'refused') return <Refused device={device} />
  const sinceMs = device.last_seen === null ? null : Date.parse(device.last_seen)
  if (device.status === 'offline' && sendsSince(device, nowMs.value)) {
    return (
      <section class="card absence" aria-label={w.saysOffline} data-card="says-offline">
        <p class="absence-title">
          <DeviceSign state="offline" />
          {w.saysOffline}
        </p>
        <p>{w.saysOfflineNote}</p>
      </section>
    )
  }
  const { host, port } = broker()
  const cause =
    device.state === 'offline'
      ? device.status === 'offline'
        ? w.saidOffline
        : w.sessionEnded
      : device.session?.state === 'open'
        ? w.connectedButSilent
        : w.silent
  return (
    <section class="card absence" aria-label={w.title} data-card="absence">
      <p class="absence-title">
        <DeviceSign state={standingOf(device)} />
        {sinceMs === null ? (
          w.never
        ) : (
          <span title={exactText(sinceMs, zone, lang)}>
            {w.since(exactText(sinceMs, zone, lang), lastingText(nowMs.value - sinceMs, lang))}
          </span>
        )}
      </p>
      <p>{sinceMs !== null ? cause : device.configured ? w.neverNote : w.neverNoteUnknown}</p>
      <ol class="absence-todo">
        <li>{w.power}</li>
        <li>{w.address(`${host}:${port}`)}</li>
        <li>
          {w.fromThere}
          <CommandLine text={listenLine(broker(), senderOf(device))} />
        </li>
        <li>{w.topic}</li>
      </ol>
    </section>
  )
}
