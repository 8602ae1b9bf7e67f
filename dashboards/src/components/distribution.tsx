import { useSignal } from '@preact/signals'
import { decimal } from '../format.js'
import { type Characteristic, histogramOf } from '../plant/quality.js'
import { language, words } from '../settings.js'
import { Icon } from './icon.js'

/** The newest are drawn. */
const VALUES_MAX = 500
const WIDTH = 320
const HEIGHT = 116
const TOP = 8

interface DistributionProps {
  readonly all: readonly Characteristic[]
  /** There were more values than were read. */
  readonly isCut: boolean
}

/** How the measured values of one characteristic lie around their mean. */
export function Distribution({ all, isCut }: DistributionProps) {
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
      {histogram === null ? <p class="faint">{w.noShape}</p> : <Bars {...histogram} />}
    </section>
  )
}

function Bars({ fromValue, width, counts, mean }: NonNullable<ReturnType<typeof histogramOf>>) {
  const w = words().quality
  const lang = language.value
  const most = Math.max(...counts)
  const step = WIDTH / counts.length
  const toValue = fromValue + width * counts.length
  const digits = Math.max(0, Math.ceil(-Math.log10(width) - 1e-9))
  const at = ((mean - fromValue) / (toValue - fromValue)) * WIDTH
  const text = counts
    .map((count, i) => `${decimal(fromValue + i * width, digits, lang)}: ${decimal(count, 0, lang)}`)
    .join(', ')
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
          const x = i * step + 1
          return (
            count > 0 && (
              <g key={i}>
                <rect class="distribution-bar" x={x} y={HEIGHT - height} width={step - 2} height={height} />
                <path class="distribution-top" d={`M${x} ${HEIGHT - height}h${step - 2}`} />
              </g>
            )
          )
        })}
        <path class="distribution-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        <path class="distribution-mean" d={`M${at} 0V${HEIGHT}`} />
      </svg>
      <p class="distribution-axis num faint" aria-hidden="true">
        <span>{decimal(fromValue, digits, lang)}</span>
        <span class="is-mean" style={{ left: `${Math.min(72, Math.max(28, (at / WIDTH) * 100)).toFixed(2)}%` }}>
          {w.mean(decimal(mean, digits + 1, lang))}
        </span>
        <span>{decimal(toValue, digits, lang)}</span>
      </p>
    </>
  )
}
