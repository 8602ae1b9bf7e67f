import { useSignal } from '@preact/signals'
import type { AlarmChannel, AlarmChannelsAnswer, ChannelTestAnswer } from '../../../src/base/wire/channels.js'
import { checkText } from '../configuration/problems/problem-text.js'
import { ageText, decimal } from '../format.js'
import { post } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { may } from '../session.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { ActButton } from '../ui/act-button.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon, type IconName } from '../ui/icon.js'

/** The least that makes a channel. */
const EXAMPLE = `notify:
  channels:
    - id: shift-lead
      type: dingtalk
      url_file: /run/secrets/dingtalk-url
      min_severity: major
      language: zh`

const SIGNS: Readonly<Record<AlarmChannel['state'], IconName | null>> = {
  ok: 'check',
  retrying: 'retry',
  failed: 'alert',
  idle: null,
}

const EVERY_MS = 30_000

/** Card of the channels that tell people of alarms while nobody looks, and of whether they work. */
export function AlarmChannels() {
  const w = words().alarms.channels
  const answer = usePolled<AlarmChannelsAnswer>('/alarms/channels', EVERY_MS)
  const { value } = answer
  if (value.kind === 'loading') return null
  return (
    <section class="card alarm-channels" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        {may('administer') && (
          <span class="card-tools">
            <a class="button is-small" href={linkTo({ view: 'configuration', add: 'channels' })}>
              {w.add}
            </a>
          </span>
        )}
      </header>
      {value.kind === 'failed' && <ErrorBody title={w.failed} detail={value.detail} onRetry={answer.again} />}
      {value.kind === 'loaded' &&
        (value.value.channels.length === 0 ? (
          <None />
        ) : (
          <ul>
            {value.value.channels.map((channel) => (
              <Channel key={channel.id} channel={channel} onSent={answer.again} />
            ))}
          </ul>
        ))}
    </section>
  )
}

function None() {
  const w = words().alarms.channels
  return (
    <div class="empty">
      <p>
        <strong>{w.none}</strong>
        {w.noneHint}
      </p>
      <pre class="command">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
        <code tabIndex={0}>{EXAMPLE}</code>
      </pre>
    </div>
  )
}

const RECENT_MAX = 5
/** The gateway waits ten seconds for the other side: its answer is worth more than giving up. */
const TEST_MS = 15_000

function Channel({ channel, onSent }: { readonly channel: AlarmChannel; readonly onSent: () => void }) {
  const w = words()
  const t = w.alarms.channels
  const lang = language.value
  const said = useSignal<ChannelTestAnswer | null>(null)
  const isBusy = useSignal(false)
  const test = async () => {
    if (isBusy.value) return
    isBusy.value = true
    const answer = await post<ChannelTestAnswer>(`/alarms/channels/${encodeURIComponent(channel.id)}/test`, {}, TEST_MS)
    said.value =
      answer.kind === 'loaded' ? answer.value : { ok: false, detail: answer.kind === 'failed' ? answer.detail : '' }
    isBusy.value = false
    onSent()
  }
  const sign = SIGNS[channel.state]
  const ago = (at: string) => w.plant.ago(ageText(nowMs.value - Date.parse(at), lang))
  const facts = [
    `${t.from} ${w.severities[channel.min_severity]}`,
    ...(channel.plants === null ? [w.alarms.allPlants] : [channel.plants.join(', ')]),
    `${t.last} ${channel.last_sent_at === null ? t.never : ago(channel.last_sent_at)}`,
    ...(channel.pending > 0 ? [t.pending(decimal(channel.pending, 0, lang))] : []),
    ...(channel.dropped > 0 ? [t.dropped(decimal(channel.dropped, 0, lang))] : []),
  ]
  return (
    <li class="alarm-channel" data-channel={channel.id}>
      <span class="alarm-channel-name">
        <strong>{channel.id}</strong>
        <span class="faint">
          {t.types[channel.type]} · {channel.target}
        </span>
      </span>
      <span class="alarm-channel-state">
        <span class={`state ${channel.state === 'failed' || channel.state === 'retrying' ? 'is-strong' : ''}`}>
          {sign === null ? <span class="dot" aria-hidden="true" /> : <Icon name={sign} size={14} />}
          {t.states[channel.state]}
          {channel.reason !== '' && `: ${checkText(channel.reason)}`}
        </span>
        <span class="faint">{facts.join(' · ')}</span>
      </span>
      <ActButton right="administer" class="button is-small" title={t.testTitle(channel.id)} onClick={() => void test()}>
        {isBusy.value ? t.testing : t.test}
      </ActButton>
      <span class="alarm-tested" role="status">
        {said.value !== null &&
          `${said.value.ok ? t.arrived : t.notArrived}${said.value.detail === '' ? '' : `: ${checkText(said.value.detail)}`}`}
      </span>
      {channel.recent.length > 0 && (
        <details class="alarm-recent">
          <summary>{t.recent}</summary>
          <ul>
            {channel.recent.slice(0, RECENT_MAX).map(({ at, alarms, ok, test: isTest, detail }, i) => (
              <li key={i} class="num">
                <Icon name={ok ? 'check' : 'alert'} size={14} />
                <span class="sr-only">{ok ? t.arrived : t.notArrived}</span>
                {[ago(at), isTest ? t.testMessage : t.alarms(decimal(alarms, 0, lang)), checkText(detail)]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}
