import type { ComponentChildren } from 'preact'
import type { DeviceAnswer } from '../../../src/base/wire.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { ageText, decimal, shareText } from '../format.js'
import type { Asked } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import { language, words } from '../settings.js'
import { nowMs, plantList } from '../state.js'
import { periodOf, spanOfRange } from '../time/range.js'
import { clockSecondsText, exactText } from '../time/time.js'
import { clockOffsetText, isClockWrong, rateText } from './text.js'

/** Facts that a device engineer looks at first, in one row. */
export function DeviceFacts({ device, zone }: { readonly device: DeviceAnswer; readonly zone: string }) {
  const lang = language.value
  const w = words().devices
  const seenMs = device.last_seen === null ? null : Date.parse(device.last_seen)
  const isWrong = isClockWrong(device.clock)
  const { sequence } = device
  return (
    <section class="card device-facts" aria-label={w.facts}>
      <Fact
        label={w.lastSeen}
        note={seenMs === null ? w.neverNote : `${clockSecondsText(seenMs, zone, lang)}, ${zone}`}
      >
        {seenMs === null ? (
          '—'
        ) : (
          <time dateTime={device.last_seen ?? ''} title={exactText(seenMs, zone, lang)}>
            {words().plant.ago(ageText(nowMs.value - seenMs, lang))}
          </time>
        )}
      </Fact>
      <Fact
        label={w.rate}
        unit={w.perMinuteUnit}
        note={device.rate_per_min > 0 ? w.every(decimal(60 / device.rate_per_min, 1, lang)) : w.nothingInMinutes}
      >
        {rateText(device.rate_per_min, lang)}
      </Fact>
      <Completeness device={device} />
      <Fact
        label={w.sequence}
        unit={w.gapsUnit(sequence.gaps)}
        note={
          sequence.last === null
            ? w.noSequence
            : sequence.gaps === 0
              ? w.lastNumber(decimal(sequence.last, 0, lang))
              : w.missing(decimal(sequence.missing, 0, lang))
        }
      >
        {sequence.last === null ? '—' : decimal(sequence.gaps, 0, lang)}
      </Fact>
      <Fact label={w.clock} isWrong={isWrong} note={device.clock === null ? w.noClock : w.clockNotes[device.clock]}>
        {device.clock_offset_ms === null ? '—' : clockOffsetText(device.clock_offset_ms, lang)}
      </Fact>
      <Fact label={w.rejected} unit={w.elementsUnit} note={w.sinceEver(decimal(device.messages, 0, lang))}>
        {decimal(device.elements_rejected, 0, lang)}
      </Fact>
    </section>
  )
}

interface FactProps {
  readonly label: string
  readonly note: string
  readonly unit?: string
  readonly isWrong?: boolean
  readonly children: ComponentChildren
}

function Fact({ label, note, unit, isWrong = false, children }: FactProps) {
  return (
    <div class={`device-fact ${isWrong ? 'is-minor is-wrong' : ''}`}>
      <p class="device-fact-label">
        {isWrong && <SeveritySign severity="minor" size={14} />}
        {label}
      </p>
      <p
        class="device-fact-value value"
        style={typeof children === 'string' ? { '--letters': String(lettersOf(children)) } : {}}
      >
        {children}
        {unit !== undefined && <span class="unit">{unit}</span>}
      </p>
      <p class="device-fact-note num" title={note}>
        {note}
      </p>
    </div>
  )
}

/** About how many widths of a digit it takes: a Chinese character is as wide as 1.6 of them. */
function lettersOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1.6 : 1), 0)
}

/** Readings received against those expected by the configured periods, of the plant's day. */
function Completeness({ device }: { readonly device: DeviceAnswer }) {
  const lang = language.value
  const w = words().devices
  const zone = plantList.value.find(({ id }) => id === device.plant)?.timezone ?? 'UTC'
  const today = periodOf({ kind: 'last', last: '1h' }, 'day', zone, nowMs.value)
  const asked: Asked = { scope: 'device', id: device.id, kpi: 'data_completeness', window: '1d' }
  const totals = useRangePoints(device.plant, [asked], spanOfRange(today, zone, nowMs.value))
  const point = totals.of(asked)[0]
  const isKnown = point !== undefined && point.value !== null
  const { numerator = null, denominator = null } = point ?? {}
  const ofDue =
    numerator === null || denominator === null
      ? w.asConfigured
      : w.ofReadings(decimal(numerator, 0, lang), decimal(denominator, 0, lang))
  return (
    <Fact
      label={w.completeness}
      note={
        isKnown
          ? ofDue
          : !device.configured
            ? w.notConfigured
            : device.newest === null
              ? w.noCompleteness
              : w.silentToday
      }
    >
      {isKnown ? shareText(point.value ?? 0, lang) : '—'}
    </Fact>
  )
}
