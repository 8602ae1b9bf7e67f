import { useSignal } from '@preact/signals'
import type { CharacteristicLimits } from '../../../src/base/wire.js'
import { decimal, type Language } from '../format.js'
import { type Characteristic, histogramOf, limitsOf } from '../plant/quality.js'
import { language, words } from '../settings.js'
import { Icon } from '../ui/icon.js'

/** The newest are drawn. */
const VALUES_MAX = 500
const WIDTH = 320
const HEIGHT = 116
const TOP = 8

interface DistributionProps {
  readonly all: readonly Characteristic[]
  /** The limits are those of the plant's configuration. */
  readonly limits: readonly CharacteristicLimits[]
  /** There were more values than were read. */
  readonly isCut: boolean
}

/** Histogram of the measured values of one characteristic around their mean. */
export function Distribution({ all, limits, isCut }: DistributionProps) {
  const w = words().quality
  const lang = language.value
  const key = useSignal('')
  const shown = all.find((one) => one.key === key.value) ?? all[0]!
  const values = shown.values.slice(-VALUES_MAX)
  const histogram = histogramOf(values)
  const isPart = isCut || values.length < shown.values.length
  const count = decimal(values.length, 0, lang)
  return (
    <section class="quality-part" aria-label={`${w.characteristic} ${shown.char}`}>
      <h3 class="distribution-head">
        {all.length === 1 ? (
          <code>{shown.char}</code>
        ) : (
          <span class="select">
            <code aria-hidden="true">{shown.char}</code>
            <Icon name="chevron" />
            <select
              value={shown.key}
              aria-label={w.characteristic}
              onChange={(event) => (key.value = event.currentTarget.value)}
            >
              {all.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.char} · {one.device}
                </option>
              ))}
            </select>
          </span>
        )}
        <span class="faint num">
          {shown.device} · {isPart ? w.newest(count) : w.samples(count)}
        </span>
      </h3>
      {histogram === null ? <p class="faint">{w.noShape}</p> : <Bars {...histogram} limits={limitsOf(limits, shown)} />}
    </section>
  )
}

interface BarsProps extends NonNullable<ReturnType<typeof histogramOf>> {
  readonly limits: CharacteristicLimits | null
}

function Bars({ fromValue, width, counts, mean, limits }: BarsProps) {
  const w = words().quality
  const lang = language.value
  const most = Math.max(...counts)
  const marks = (['lsl', 'usl', 'target'] as const).flatMap((kind) => {
    const value = limits?.[kind]
    return value === undefined ? [] : [{ kind, value }]
  })
  // A limit that lies far off is what the picture is for: the axis reaches to it.
  const lowest = Math.min(fromValue, ...marks.map(({ value }) => value))
  const highest = Math.max(fromValue + width * counts.length, ...marks.map(({ value }) => value))
  const air = marks.length > 0 ? (highest - lowest) * 0.02 : 0
  const [axisFrom, axisTo] = [lowest - air, highest + air]
  const x = (value: number) => ((value - axisFrom) / (axisTo - axisFrom)) * WIDTH
  const step = x(fromValue + width) - x(fromValue)
  const digits = Math.max(0, Math.ceil(-Math.log10(width) - 1e-9))
  const named = marks.map(({ kind, value }) => ({ kind, at: x(value), text: w.limits[kind](limitText(value, lang)) }))
  const text = [
    ...named.map((mark) => mark.text),
    ...counts.map((count, i) => `${decimal(fromValue + i * width, digits, lang)}: ${decimal(count, 0, lang)}`),
  ].join(', ')
  return (
    <>
      <svg
        class="distribution"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        {counts.map((count, i) => {
          const height = (count / most) * (HEIGHT - TOP - 1)
          const left = x(fromValue + i * width) + Math.min(1, step / 8)
          const wide = Math.max(0.5, step - 2 * Math.min(1, step / 8))
          return (
            count > 0 && (
              <g key={i}>
                <rect class="distribution-bar" x={left} y={HEIGHT - height} width={wide} height={height} />
                <path class="distribution-top" d={`M${left} ${HEIGHT - height}h${wide}`} />
              </g>
            )
          )
        })}
        <path class="distribution-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        <path class="distribution-mean" d={`M${x(mean)} 0V${HEIGHT}`} />
        {named.map(({ kind, at }) => (
          <path key={kind} class={`distribution-limit is-${kind}`} d={`M${at} 0V${HEIGHT}`} data-limit={kind} />
        ))}
      </svg>
      <p class="distribution-axis num faint" aria-hidden="true">
        <span>{decimal(lowest, digits, lang)}</span>
        <span class="is-mean" style={{ left: `${Math.min(72, Math.max(28, (x(mean) / WIDTH) * 100)).toFixed(2)}%` }}>
          {w.mean(decimal(mean, digits + 1, lang))}
        </span>
        <span>{decimal(highest, digits, lang)}</span>
      </p>
      {named.length > 0 && (
        <p class="distribution-limits num">
          {named.map(({ kind, text: label }) => (
            <span key={kind}>
              <span class={`distribution-key is-${kind}`} aria-hidden="true" />
              {label}
            </span>
          ))}
        </p>
      )}
    </>
  )
}

/** A limit keeps the digits that were configured. */
function limitText(value: number, lang: Language): string {
  const digits = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0
  return decimal(value, Math.min(digits, 6), lang)
}
