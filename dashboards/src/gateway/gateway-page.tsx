import type { Accounting, GatewayStatus } from '../../../src/base/wire.js'
import { checkText } from '../configuration/problems/problem-text.js'
import { addressText } from '../devices/broker.js'
import { linkTo, titleOf } from '../nav.js'
import { ConservationCard } from '../plant/conservation-card.js'
import { words } from '../settings.js'
import { TrailCard } from '../trail/trail-card.js'
import { ErrorCard } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { GatewayFacts } from './gateway-facts.js'
import { LedgerCard } from './ledger-card.js'
import { usePolled } from './polled.js'
import { StoresCard } from './stores-card.js'

const EVERY_MS = 2_000
/** Sums of one instant hold the pipeline up for as long as they are taken. */
const SUMS_EVERY_MS = 10_000

/** The gateway about itself: how fast it takes, how far it is, and where everything went. */
export default function GatewayView() {
  const w = words().gateway
  const status = usePolled<GatewayStatus>('/gateway/status', EVERY_MS)
  const accounting = usePolled<Accounting>('/accounting', SUMS_EVERY_MS)
  if (status.value.kind === 'failed') {
    return <ErrorCard title={w.failed} detail={status.value.detail} onRetry={status.again} />
  }
  if (status.value.kind === 'loading' || accounting.value.kind === 'loading') {
    return <Skeleton class="is-page" />
  }
  return (
    <>
      <GatewayFacts status={status.value.value} />
      {accounting.value.kind === 'loaded' && <ConservationCard accounting={accounting.value.value} />}
      <div class="columns">
        <div class="column">
          <StoresCard stores={status.value.value.stores} />
          <VersionCard status={status.value.value} />
        </div>
        <ChecksCard status={status.value.value} />
        <LedgerCard />
      </div>
      <TrailCard />
    </>
  )
}

/** A longer one stands below the name of its check. */
const REASON_BESIDE_MAX = 40

/** The instants in a sentence of the gateway, as people write them. */
function withShortTimes(text: string): string {
  return text.replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 $2 UTC')
}

function ChecksCard({ status }: { readonly status: GatewayStatus }) {
  const w = words().gateway.checks
  const ill = status.checks.filter(({ ok }) => !ok).length
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{ill === 0 ? w.well : w.ill(String(ill))}</span>
      </header>
      <ul class="rows">
        {status.checks.map(({ name, ok, reason }) => (
          <li key={name} class={reason.length > REASON_BESIDE_MAX ? 'row check-told' : 'row'}>
            <span class="state">
              {ok ? <span class="dot" aria-hidden="true" /> : <span class="ring" aria-hidden="true" />}
              {w.names[name] ?? name}
            </span>
            <span class={ok ? 'faint' : reason.length > REASON_BESIDE_MAX ? '' : 'is-strong'}>
              {ok && reason === '' ? w.good : withShortTimes(checkText(reason))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function VersionCard({ status }: { readonly status: GatewayStatus }) {
  const w = words().gateway.version
  const facts = [
    [w.version, status.version],
    [w.commit, status.commit],
    [w.node, status.node],
    [w.mqtt, addressText(status.mqtt)],
  ] as const
  return (
    <section class="card" aria-label={w.title}>
      <header class="card-head">
        <h2>{w.title}</h2>
      </header>
      <dl class="rows">
        {facts.map(([name, value]) => (
          <div key={name} class="row">
            <dt class="faint">{name}</dt>
            <dd class="num">{value}</dd>
          </div>
        ))}
      </dl>
      <footer class="card-foot">
        <a class="link" href={linkTo({ view: 'configuration' })}>
          {titleOf('configuration')}
          <Icon name="arrowRight" size={14} />
        </a>
        <a class="link" href={linkTo({ view: 'access' })}>
          {titleOf('access')}
          <Icon name="arrowRight" size={14} />
        </a>
        <a class="link" href="/docs">
          {w.docs}
          <Icon name="arrowRight" size={14} />
        </a>
        <a class="link" href="/metrics">
          {w.metrics}
          <Icon name="arrowRight" size={14} />
        </a>
      </footer>
    </section>
  )
}
