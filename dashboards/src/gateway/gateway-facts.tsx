import type { ComponentChildren } from 'preact'
import type { GatewayStatus } from '../../../src/base/wire.js'
import { addressText } from '../devices/broker.js'
import { ageText, bytesText, decimal, lagText, shareText } from '../format.js'
import { titleOf } from '../nav.js'
import { language, words } from '../settings.js'
import { shownZone } from '../shell/range-picker.js'
import { minuteMs } from '../state.js'
import { dateText, exactText } from '../time/time.js'
import { Unit } from '../ui/text.js'

/** The figures of the gateway itself, with the last minutes of those that move. */
export function GatewayFacts({ status }: { readonly status: GatewayStatus }) {
  const w = words().gateway
  const lang = language.value
  const { intake, pipeline, journal, archive, mqtt, feed, process, rates } = status
  const minutes = w.lastMinutes(decimal((rates.length * 10) / 60, 0, lang))
  const ack = intake.ack_ms
  return (
    <section class="card facts" aria-label={titleOf('gateway')}>
      <Fact name={w.facts.intake} value={amount(intake.messages_per_s, 1)} unit={w.perSecond}>
        <Rates values={rates.map((rate) => rate.messages_per_s)} label={minutes} />
        <span>{w.total(decimal(intake.messages_total, 0, lang))}</span>
      </Fact>
      <Fact name={w.facts.ack} value={amount(ack?.p99 ?? null, 1)} unit={ack === null ? '' : 'ms · p99'}>
        <Rates values={rates.map((rate) => rate.ack_p99_ms)} label={minutes} />
        <span>{ack === null ? w.noAck : w.median(decimal(ack.p50, 1, lang))}</span>
      </Fact>
      <Fact name={w.facts.lag} value={lagText(pipeline.live_lag_s * 1000, lang)}>
        <span>{w.keepsUp}</span>
        <span>{w.withPast(lagText(pipeline.lag_s * 1000, lang))}</span>
      </Fact>
      <Fact name={w.facts.journal} value={bytesText(journal.bytes, lang)}>
        <span class="meter" aria-hidden="true">
          <span style={{ width: `${Math.min(100, (journal.bytes / journal.bytes_max) * 100).toFixed(2)}%` }} />
        </span>
        <span>
          {w.ofJournal(shareText(journal.bytes / journal.bytes_max, lang), bytesText(journal.bytes_max, lang))}
        </span>
      </Fact>
      <Fact name={w.facts.archive} value={archive.bytes === null ? '—' : bytesText(archive.bytes, lang)}>
        {archive.oldest_at !== null && (
          <span>
            {w.since(
              dateText(Date.parse(archive.oldest_at), { zone: shownZone(), language: lang, nowMs: minuteMs.value }),
            )}
          </span>
        )}
      </Fact>
      <Fact name={w.facts.clients} value={decimal(mqtt.clients, 0, lang)}>
        <span class="num">{addressText(mqtt)}</span>
      </Fact>
      <Fact name={w.facts.screens} value={decimal(feed.clients, 0, lang)}>
        <span>{w.dropped(decimal(feed.dropped_updates, 0, lang))}</span>
      </Fact>
      <Fact name={w.facts.cpu} value={process.cpu_share === null ? '—' : shareText(process.cpu_share, lang, 0)}>
        <span>{w.ofCore}</span>
      </Fact>
      <Fact name={w.facts.up} value={ageText(status.uptime_s * 1000, lang)}>
        <span>{w.since(exactText(Date.parse(status.started_at), shownZone(), lang))}</span>
      </Fact>
      <Fact name={w.facts.memory} value={bytesText(process.rss_bytes, lang)}>
        <span>{w.heap(bytesText(process.heap_bytes, lang))}</span>
      </Fact>
    </section>
  )
}

function amount(value: number | null, digits: number): string {
  return value === null ? '—' : decimal(value, digits, language.value)
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly unit?: string
  readonly children: ComponentChildren
}

function Fact({ name, value, unit = '', children }: FactProps) {
  return (
    <article class="fact">
      <h2 class="fact-name">{name}</h2>
      <span class="fact-value num">
        {value}
        <Unit unit={unit} />
      </span>
      <span class="fact-foot">{children}</span>
    </article>
  )
}

const WIDTH = 90
const HEIGHT = 24

/** The last minutes as bars from zero: a sum of each ten seconds; nothing where nothing was measured. */
function Rates({ values, label }: { readonly values: readonly (number | null)[]; readonly label: string }) {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0))
  return (
    <svg class="fact-rates" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      {values.map((value, i) =>
        value === null ? null : (
          <rect
            key={i}
            x={WIDTH - values.length + i}
            width={0.8}
            y={HEIGHT - (value / most) * HEIGHT}
            height={(value / most) * HEIGHT}
          />
        ),
      )}
    </svg>
  )
}
