import type { DeviceRole } from '../../../src/base/plant.js'
import type { UnknownDevice, UnknownMetric } from '../../../src/views/wire/unknown-devices.js'
import { ageText, decimal } from '../format.js'
import { zoneOf } from '../names.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { minuteText } from '../time/time.js'
import { LineField } from './line-field.js'
import { chosenRole, ParentField } from './parent-field.js'
import { Reasons } from './reasons.js'
import type { Choice } from './requests.js'

export interface RowProps<T> {
  readonly of: T
  readonly choice: Choice
  readonly isChosen: boolean
  readonly onChoose: (isChosen: boolean) => void
  readonly onChange: (choice: Choice) => void
}

const NO_ROLE = 'none'
const UNKNOWN = ''

interface DeviceRowProps extends RowProps<UnknownDevice> {
  /** Ids of meters of its plant that it may lie behind. */
  readonly meters: readonly string[]
}

/** One device: what it sends in short, the proposal to change, and behind it the reasons. */
export function DeviceRow({ of: device, choice, isChosen, meters, onChoose, onChange }: DeviceRowProps) {
  const w = words().newcomers
  const lang = language.value
  const { proposal, doubts } = device
  const role = choice.role === undefined ? (proposal.role.value ?? UNKNOWN) : (choice.role ?? NO_ROLE)
  const name = `${device.plant} / ${device.device}`
  const isSub = chosenRole(device, choice) === 'sub'
  return (
    <li class="newcomer" data-device={device.device}>
      <input
        type="checkbox"
        class="newcomer-check"
        aria-label={w.select(name)}
        checked={isChosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <div class="newcomer-name">
        <a class="text-link" href={linkTo({ view: 'device', plant: device.plant, device: device.device })}>
          {device.device}
        </a>
        <span class="faint">{device.plant}</span>
        {device.ignored !== null && <span class="newcomer-tag">{w.ignored}</span>}
        <span class="newcomer-facts num">{factsText(device)}</span>
      </div>
      <label class="newcomer-field">
        <span>{w.role}</span>
        <select
          class="input"
          name="role"
          value={role}
          onChange={(event) => {
            const { value } = event.currentTarget
            // The chosen meter was that of a submeter.
            const { parent: _, ...rest } = choice
            onChange({ ...rest, role: value === NO_ROLE || value === UNKNOWN ? null : (value as DeviceRole) })
          }}
        >
          {proposal.role.value === null && choice.role === undefined && (
            <option value={UNKNOWN}>{w.unknownRole}</option>
          )}
          {(Object.keys(words().devices.roles) as DeviceRole[]).map((one) => (
            <option key={one} value={one}>
              {words().devices.roles[one]}
            </option>
          ))}
          <option value={NO_ROLE}>{w.noRole}</option>
        </select>
      </label>
      <LineField
        plant={device.plant}
        value={choice.line ?? proposal.line.value ?? device.line}
        onChange={(line) => onChange({ ...choice, line })}
      />
      {isSub && (
        <ParentField
          device={device}
          choice={choice}
          meters={meters}
          onChange={(parent) => onChange({ ...choice, parent })}
        />
      )}
      {doubts.length > 0 && (
        <div class="newcomer-doubts">
          <Reasons of={doubts} />
        </div>
      )}
      <details class="newcomer-details">
        <summary>{w.why}</summary>
        <dl class="newcomer-why">
          <dt>{w.role}</dt>
          <dd>
            <Reasons of={proposal.role.reasons} />
          </dd>
          {isSub && proposal.parent.reasons.length > 0 && (
            <>
              <dt>{w.parent}</dt>
              <dd>
                <Reasons of={proposal.parent.reasons} />
              </dd>
            </>
          )}
          <dt>{w.line}</dt>
          <dd>
            <Reasons of={proposal.line.reasons} />
          </dd>
        </dl>
        <ul class="newcomer-metrics">
          {device.metrics.map((metric) => (
            <MetricRow key={metric.metric} of={metric} />
          ))}
        </ul>
        {device.metrics_more > 0 && <p class="faint">{w.more(decimal(device.metrics_more, 0, lang))}</p>}
      </details>
    </li>
  )
}

function MetricRow({ of: { metric, unit, last, behaviour, period_s, taken_as } }: { readonly of: UnknownMetric }) {
  const w = words().newcomers
  const lang = language.value
  const value = typeof last === 'number' ? `${Number(last.toPrecision(6)).toLocaleString(lang)} ${unit}` : (last ?? '—')
  const facts = [
    behaviour.value === null ? w.unknown : w.behaviours[behaviour.value],
    period_s.value === null ? null : w.every(String(period_s.value)),
    taken_as.value === null ? w.countsNot : w.counts,
  ]
  return (
    <li>
      <code>{metric}</code> <strong class="num">{value}</strong>
      <span class="newcomer-facts">{facts.filter((fact) => fact !== null).join(' · ')}</span>
      <Reasons of={[...taken_as.reasons, ...behaviour.reasons, ...period_s.reasons]} />
    </li>
  )
}

function factsText({ plant, since, last_seen, messages, rate_per_min, elements_rejected }: UnknownDevice): string {
  const w = words().newcomers
  const lang = language.value
  return [
    w.facts(decimal(messages, 0, lang), decimal(rate_per_min, 1, lang)),
    ...(since === null ? [] : [w.since(minuteText(Date.parse(since), zoneOf(plant), lang))]),
    ...(last_seen === null ? [] : [w.last(ageText(Math.max(0, nowMs.value - Date.parse(last_seen)), lang))]),
    ...(elements_rejected === 0 ? [] : [w.rejected(decimal(elements_rejected, 0, lang))]),
  ].join(' · ')
}
