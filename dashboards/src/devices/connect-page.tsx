import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { METRIC_CLASSES } from '../../../src/base/metrics.js'
import { Listening } from '../gateway/listening.js'
import { lineName, plantName } from '../names.js'
import { linkTo, titleOf } from '../nav.js'
import { hrefOf, type Route } from '../route.js'
import { session } from '../session.js'
import { words } from '../settings.js'
import { gateway, nowMs, plantList, plants, route } from '../state.js'
import { CommandLine } from '../ui/command-line.js'
import { Skeleton } from '../ui/skeleton.js'
import { broker, isElsewhere, isLoopback } from './broker.js'
import { CA_FILE, PROGRAMS, type ProgramId } from './programs.js'
import {
  exampleOf,
  idFault,
  isWhole,
  SENDER_IDS,
  type SenderFields,
  type SenderId,
  SHOWN_VERSIONS,
  type ShownVersion,
  senderIn,
  senderText,
  topicText,
} from './sender.js'

type ConnectRoute = Extract<Route, { view: 'connect' }>

/** Three steps to a first message, and beside them what comes of it. */
export default function ConnectView({ at }: { readonly at: ConnectRoute }) {
  // Plants that are there already are offered first: so they must be known.
  if (plants.value.kind === 'loading') return <Skeleton class="device-skeleton" />
  return <Steps at={at} />
}

function Steps({ at }: { readonly at: ConnectRoute }) {
  const w = words().connect
  const fields = useSignal<SenderFields>(senderIn(at.sender ?? '') ?? firstFields())
  const asked = at.sender ?? ''
  useEffect(() => {
    const given = senderIn(asked)
    if (given !== null) fields.value = given
  }, [asked])
  const change = (changed: Partial<SenderFields>) => {
    fields.value = { ...fields.value, ...changed }
    // An address with half an id would show another page to who opens it.
    if (!isWhole(fields.value)) return
    const { range, compare, wall } = route.value
    location.replace(hrefOf({ view: 'connect', sender: senderText(fields.value), range, compare, wall }))
  }
  return (
    <div class="connect">
      <div class="connect-steps">
        <Where />
        <Topic fields={fields.value} onChange={change} />
        <Message fields={fields.value} />
      </div>
      <Listening fields={fields.value} title={`4. ${w.listen}`} />
    </div>
  )
}

/** A plant that is there already, and a device that is not. */
function firstFields(): SenderFields {
  const plant = plantList.peek()[0]
  return { plant: plant?.id ?? 'plant-1', line: plant?.lines[0]?.id ?? 'line-1', device: 'meter-1', kind: 'energy' }
}

function Where() {
  const w = words().connect
  const { host, port } = broker()
  const tlsPort = gateway.value?.mqtt.tls_port ?? null
  return (
    <section class="card connect-step" aria-label={w.where}>
      <h2>1. {w.where}</h2>
      <dl class="connect-facts">
        <dt>{w.host}</dt>
        <dd>
          <code>{isElsewhere() ? '—' : host}</code>
        </dd>
        <dt>{w.port}</dt>
        <dd>
          <code>{isElsewhere() ? '—' : port}</code>
        </dd>
        <dt>{w.protocol}</dt>
        <dd>{w.protocolIs}</dd>
        <dt>TLS</dt>
        <dd>{tlsPort === null ? w.noTls : <code>{tlsPort}</code>}</dd>
        {tlsPort !== null && <Trusted />}
      </dl>
      {isElsewhere() && <p class="connect-hint">{w.elsewhere}</p>}
      {gateway.value !== null && !isElsewhere() && isLoopback() && <p class="connect-hint">{w.loopback}</p>}
      <p class="connect-hint">
        {w.opcua}{' '}
        <a class="text-link" href={linkTo({ view: 'opcua' })}>
          {titleOf('opcua')}
        </a>
      </p>
    </section>
  )
}

/** The certificate that devices have to trust, to be taken along, with its end. */
function Trusted() {
  const w = words().connect
  const shown = gateway.value?.mqtt_certificate ?? null
  if (shown === null) return null
  const { trusted_by: by, ca, issuer, valid_to } = shown
  const until = (at: string) => {
    const isOver = Date.parse(at) <= nowMs.value
    const day = new Date(at).toLocaleDateString('sv')
    return isOver ? w.ended(day) : w.until(day)
  }
  return (
    <>
      <dt>{w.trusted}</dt>
      <dd class="connect-trusted">
        {by === 'file' && ca !== null && (
          <>
            <a class="button is-small" href="/api/v1/gateway/ca.pem" download={CA_FILE}>
              {CA_FILE}
            </a>{' '}
            <span>
              {ca.subject} · {until(ca.valid_to)}
            </span>
            <span class="faint connect-print">SHA-256 {ca.sha256}</span>
          </>
        )}
        {by === 'public' && <span>{w.publicCa(issuer)}</span>}
        {by === 'unknown' && <span>{w.unknownCa(issuer)}</span>}
        {shown.sha256 !== ca?.sha256 && <span class="faint">{w.ownEnd(until(valid_to))}</span>}
      </dd>
    </>
  )
}

interface TopicProps {
  readonly fields: SenderFields
  readonly onChange: (changed: Partial<SenderFields>) => void
}

function Topic({ fields, onChange }: TopicProps) {
  const w = words().connect
  const plant = plantList.value.find(({ id }) => id === fields.plant)
  const line = plant?.lines.find(({ id }) => id === fields.line)
  const known: Readonly<Record<SenderId, readonly { readonly id: string; readonly name: string }[]>> = {
    plant: plantList.value.map((one) => ({ id: one.id, name: plantName(one) })),
    line: plant?.lines.map((one) => ({ id: one.id, name: lineName(one) })) ?? [],
    device: line?.devices.map(({ id }) => ({ id, name: id })) ?? [],
  }
  const existing = line?.devices.find(({ id }) => id === fields.device)
  // As it was when it was chosen: the first message of a new device is no reason to warn.
  const hasSent = useMemo(() => (existing?.messages ?? 0) > 0, [fields.plant, fields.line, fields.device])
  const other = plant?.lines.find((one) => one.id !== fields.line && one.devices.some(({ id }) => id === fields.device))
  return (
    <section class="card connect-step" aria-label={w.topic}>
      <h2>2. {w.topic}</h2>
      <div class="connect-fields">
        {SENDER_IDS.map((name) => {
          const fault = idFault(fields[name])
          return (
            <label key={name} class="connect-field">
              <span>{w.ids[name]}</span>
              <input
                class="input"
                name={name}
                list={`known-${name}`}
                value={fields[name]}
                maxLength={80}
                spellcheck={false}
                autocomplete="off"
                aria-invalid={fault !== null}
                aria-describedby={fault === null ? undefined : `fault-${name}`}
                onInput={(event) => onChange({ [name]: (event.currentTarget as HTMLInputElement).value.trim() })}
              />
              <datalist id={`known-${name}`}>
                {known[name].slice(0, 200).map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </datalist>
              {fault !== null && (
                <span id={`fault-${name}`} class="connect-fault" role="alert">
                  {w.faults[fault]}
                </span>
              )}
            </label>
          )
        })}
        <label class="connect-field">
          <span>{w.kind}</span>
          <select
            class="input"
            name="kind"
            value={fields.kind}
            onChange={(event) => {
              const kind = METRIC_CLASSES.find((one) => one === (event.currentTarget as HTMLSelectElement).value)
              if (kind !== undefined) onChange({ kind })
            }}
          >
            {METRIC_CLASSES.map((kind) => (
              <option key={kind} value={kind}>
                {w.kinds[kind]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="connect-topic">
        <code>{topicText(fields)}</code>
      </p>
      {hasSent && <p class="connect-hint">{w.existing(fields.device)}</p>}
      {other !== undefined && <p class="connect-hint">{w.otherLine(fields.device, other.id)}</p>}
    </section>
  )
}

const PROGRAM_NAMES = {
  shell: 'mosquitto_pub',
  node: 'Node',
  python: 'Python',
  arduino: 'Arduino / ESP32',
  nodeRed: 'Node-RED',
  telegraf: 'Telegraf',
} as const satisfies Readonly<Record<ProgramId, string>>
const PROGRAM_ORDER = Object.keys(PROGRAM_NAMES) as readonly ProgramId[]
const VERSION_NAMES = { '3.1.1': 'MQTT 3.1.1', '5': 'MQTT 5' } as const satisfies Record<ShownVersion, string>

interface ChoiceProps<Name extends string> {
  readonly label: string
  readonly names: Readonly<Record<Name, string>>
  readonly order: readonly Name[]
  readonly chosen: Name
  readonly onChoose: (name: Name) => void
}

function Choice<Name extends string>({ label, names, order, chosen, onChoose }: ChoiceProps<Name>) {
  return (
    <fieldset class="segments" aria-label={label}>
      {order.map((name) => (
        <button
          key={name}
          type="button"
          class="segment"
          aria-current={chosen === name ? 'true' : undefined}
          onClick={() => onChoose(name)}
        >
          {names[name]}
        </button>
      ))}
    </fieldset>
  )
}

interface LoginProps {
  readonly client: Signal<string>
  readonly token: Signal<string>
  readonly device: string
}

/** Client id and token to be put into the text. Neither leaves the page, nor is it kept. */
function Login({ client, token, device }: LoginProps) {
  const w = words().connect
  return (
    <div class="connect-fields">
      <label class="connect-field">
        <span>{w.client}</span>
        <input
          class="input"
          value={client.value}
          placeholder={device}
          maxLength={128}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => (client.value = event.currentTarget.value)}
        />
      </label>
      <label class="connect-field">
        <span>{w.tokenField}</span>
        <input
          class="input"
          type="password"
          value={token.value}
          maxLength={200}
          autocomplete="off"
          onInput={(event) => (token.value = event.currentTarget.value)}
        />
      </label>
    </div>
  )
}

function Message({ fields }: { readonly fields: SenderFields }) {
  const w = words().connect
  const program = useSignal<ProgramId>('shell')
  const token = useSignal('')
  const client = useSignal('')
  const version = useSignal<ShownVersion>('3.1.1')
  const topic = topicText(fields)
  const example = exampleOf(fields.kind)
  const isAsked = session.value.required
  const login = isAsked ? { client: client.value.trim() || fields.device, token: token.value.trim() } : {}
  const target = { ...broker(isAsked), ...login }
  const text = PROGRAMS[program.value](target, topic, example, version.value)
  return (
    <section class="card connect-step" aria-label={w.message}>
      <h2>3. {w.message}</h2>
      <p class="connect-note">{w.messageNote}</p>
      <div class="connect-choices">
        <Choice
          label={w.program}
          names={PROGRAM_NAMES}
          order={PROGRAM_ORDER}
          chosen={program.value}
          onChoose={(name) => (program.value = name)}
        />
        <Choice
          label={w.version}
          names={VERSION_NAMES}
          order={SHOWN_VERSIONS}
          chosen={version.value}
          onChoose={(name) => (version.value = name)}
        />
      </div>
      {isAsked && <Login client={client} token={token} device={fields.device} />}
      {isWhole(fields) ? <CommandLine text={text} /> : <p class="connect-hint">{w.mendTopic}</p>}
      <p class="connect-note">{w.programNotes[program.value]}</p>
      {target.isTls === true && <p class="connect-note">{w.ca(CA_FILE)}</p>}
      {version.value === '5' && <p class="connect-note">{w.toldWhy}</p>}
      {session.value.required && <p class="connect-note">{w.token}</p>}
    </section>
  )
}
