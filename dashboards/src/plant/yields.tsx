import type { KpiPoint } from '../../../src/base/kpi.js'
import { decimal, referenceText } from '../format.js'
import { language, words } from '../settings.js'
import { Value } from '../ui/text.js'
import { shareAxisStart } from './quality.js'

export interface LineYield {
  readonly id: string
  readonly name: string
  readonly point: KpiPoint
}

const FIGURE = { unit: '%', factor: 100, digits: 2 }

/** First-pass yield of the lines, each by its distance from the target. */
export function Yields({ rows, target }: { readonly rows: readonly LineYield[]; readonly target: number | null }) {
  const w = words()
  const lang = language.value
  const start = shareAxisStart(
    rows.flatMap(({ point }) => point.value ?? []),
    target,
  )
  const percent = (share: number) => ((share - start) / (1 - start)) * 100
  const left = (share: number) => `${percent(share).toFixed(2)}%`
  return (
    <section class="quality-part" aria-label={w.quality.byLine}>
      <h3>{w.quality.byLine}</h3>
      <ul class="yields">
        {rows.map(({ id, name, point }) => {
          const { value } = point
          const isMissed = value !== null && target !== null && value < target
          const from = target ?? start
          return (
            <li key={id} class="yield" data-line={id} data-value={value ?? ''}>
              <span class="yield-name" title={name}>
                {name}
              </span>
              <span
                class={`yield-track ${value === null && point.reason !== 'no_denominator' ? 'is-gap' : ''}`}
                aria-hidden="true"
              >
                {target !== null && <span class="yield-target" style={{ left: left(target) }} />}
                {value !== null && (
                  <>
                    <span
                      class={`yield-stem ${isMissed ? 'is-missed' : ''}`}
                      style={{
                        left: left(Math.min(value, from)),
                        width: `${Math.abs(percent(value) - percent(from)).toFixed(2)}%`,
                      }}
                    />
                    <span class={`yield-dot ${isMissed ? 'is-missed' : ''}`} style={{ left: left(value) }} />
                  </>
                )}
              </span>
              <span class="yield-value">
                {value === null ? (
                  <span class="faint">— {point.reason !== '' && w.reasons[point.reason]}</span>
                ) : (
                  <Value value={value} figure={FIGURE} />
                )}
              </span>
            </li>
          )
        })}
        <li class="yield yield-axis num" aria-hidden="true">
          <span />
          <span class="yield-track">
            {target === null && <span style={{ left: '0%' }}>{decimal(start * 100, 1, lang)}</span>}
            {target !== null && (
              <span class="is-target" style={{ left: left(target) }}>
                {w.quality.target(referenceText(target, { ...FIGURE, digits: 1 }, lang))}
              </span>
            )}
            <span class="is-end">100 %</span>
          </span>
          <span />
        </li>
      </ul>
    </section>
  )
}
