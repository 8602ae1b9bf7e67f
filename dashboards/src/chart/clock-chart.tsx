import { useMemo } from 'preact/hooks'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { DeviceAnswer } from '../../../src/base/wire.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { clockDistanceText, isClockWrong, ON_TIME_MS } from '../devices/text.js'
import { spanParts } from '../export/file-name.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { DotCard } from './dot-card.js'

/** Chart of a device's times against their arrival, minute by minute, with what that means. */
export function ClockChart({ device, zone }: { readonly device: DeviceAnswer; readonly zone: string }) {
  const lang = language.value
  const w = words().devices
  const series = device.clock_series
  const dots = useMemo(
    () => series.map(({ at, offset_ms }) => ({ atMs: Date.parse(at), value: offset_ms / 1_000 })),
    [JSON.stringify([series[0], series.at(-1), series.length])],
  )
  const toMs = Math.max(nowMs.value, dots.at(-1)?.atMs ?? 0)
  const fromMs = Math.min(toMs - HOUR_MS, dots[0]?.atMs ?? toMs)
  const band = { min: -ON_TIME_MS / 1_000, max: ON_TIME_MS / 1_000, label: w.onTime }
  const seconds = (value: number) => `${value > 0 ? '+' : ''}${decimal(value, value % 1 === 0 ? 0 : 1, lang)}`
  return (
    <DotCard
      name="clock"
      title={w.clock}
      sub={w.clockSub}
      chart={{
        dots,
        fromMs,
        toMs,
        zone,
        label: w.clockLabel,
        textOf: seconds,
        band,
      }}
      table={() => ({
        head: [words().table.time, `${w.offset}, s`],
        rows: dots
          .toReversed()
          .map(({ atMs, value }) => [exactText(atMs, zone, lang), `${value > 0 ? '+' : ''}${decimal(value, 3, lang)}`]),
      })}
      file={{
        parts: [device.plant, device.id, 'clock', ...spanParts({ fromMs, toMs }, zone)],
        columns: ['minute', 'offset_ms'],
        rows: () => series.map(({ at, offset_ms }) => [at, offset_ms]),
      }}
      {...(dots.length === 0 ? { instead: <p class="card-note">{w.noClock}</p> } : {})}
    >
      <Verdict device={device} />
    </DotCard>
  )
}

/** Judgement of the clock, with what follows from it and what to do. */
function Verdict({ device }: { readonly device: DeviceAnswer }) {
  const w = words().devices
  const { clock, clock_offset_ms: offset, clock_bounds: bounds } = device
  if (clock === null || offset === null) return null
  const isOff = clock === 'good' && Math.abs(offset) > ON_TIME_MS
  const told = isOff ? w.verdicts.off : w.verdicts[clock]
  const off = clockDistanceText(offset, language.value)
  const spread = bounds === null ? off : clockDistanceText(bounds.max_ms - bounds.min_ms, language.value)
  return (
    <div class="card-verdict">
      <p class="verdict-title">
        {isClockWrong(clock) && (
          <span class="is-minor">
            <SeveritySign severity="minor" size={14} />
          </span>
        )}
        {told.title(clock === 'unsteady' ? spread : off, offset > 0)}
      </p>
      <p>{told.todo}</p>
    </div>
  )
}
